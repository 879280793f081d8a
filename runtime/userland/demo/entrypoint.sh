#!/bin/sh
# What the entrypoint of many images does: prepare, say what there is to say, and
# then become the command. exec matters: with it the command is PID 1 and gets
# the signals; without it this shell would stay PID 1.
if [ "$1" = httpd ]; then
	echo "$GREETING"
	echo "I am $(whoami) (uid $(id -u)), PID $$, on host $(hostname)."
	echo "I see $(ls -d /proc/[0-9]* | wc -l) processes, and / holds $(echo /*)."
	echo "Now this shell becomes: $*"
fi
exec "$@"
