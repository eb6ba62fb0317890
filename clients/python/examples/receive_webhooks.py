"""Take webhooks: verify each, answer at once, and do nothing twice.

python receive_webhooks.py whsec_… [PORT]
"""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from production_tool_client import BadSignature, webhooks


def handler(secret: str) -> type[BaseHTTPRequestHandler]:
    done: set[str] = set()  # a real receiver keeps these where its work is kept

    class Receive(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            try:
                message = webhooks.verify(secret, dict(self.headers.items()), body)
            except BadSignature as error:
                self.send_error(400, str(error))
                return
            if self.headers["webhook-id"] not in done:
                done.add(self.headers["webhook-id"])
                print(message["type"], message["data"].get("seq"), flush=True)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Deliveries are printed above."""

    return Receive


if __name__ == "__main__":
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 8099
    server = ThreadingHTTPServer(("127.0.0.1", port), handler(sys.argv[1]))
    print(f"Listening on http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
