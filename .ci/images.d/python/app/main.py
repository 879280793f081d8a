"""Says where it runs, then serves the same on port 8000 until SIGTERM."""
import http.server
import os
import signal
import socket
import sys

ABOUT = f"python {sys.version.split()[0]} pid {os.getpid()} uid {os.getuid()} host {socket.gethostname()}"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = ABOUT.encode() + b"\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print(ABOUT, flush=True)
http.server.HTTPServer(("", 8000), Handler).serve_forever()
