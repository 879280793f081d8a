#!/bin/sh
# What the entrypoint of many images does: prepare, say what there is to say, and
# then become the command. exec matters: with it the command is PID 1 and gets
# the signals; without it this shell would stay PID 1.
if [ "$1" = httpd ]; then
	echo "$GREETING"
	echo "I am $(whoami) (uid $(id -u)), PID $$, on host $(hostname)."
	n=0
	for p in /proc/[0-9]*; do n=$((n + 1)); done
	echo "Processes that I see: $n. What is in /: $(echo /*)"
	echo "Now this shell becomes: $*"
fi
exec "$@"
