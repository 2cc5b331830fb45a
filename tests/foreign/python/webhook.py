"""A webhook that trusts a notification only with a valid token, as the documentation of Graph demands."""

import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
import requests

PATH = "/api/calls"
ISSUERS = ["https://api.botframework.com", "https://graph.microsoft.com"]


class Webhook:
    """Listens on a free port of this machine. `trust` has to be called before the first notification."""

    def __init__(self):
        self.received = queue.Queue()
        self.refused = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}{PATH}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def trust(self, openid_url, client_id, tenant):
        """Sets whose notifications to trust: those signed with the keys that the metadata lead to."""
        metadata = requests.get(openid_url, timeout=10).json()
        # Keys may change at any time in this test; a real webhook keeps the interval between two refreshes.
        self._keys = jwt.PyJWKClient(metadata["jwks_uri"], cooldown_duration=0)
        self._client_id, self._tenant = client_id, tenant

    def check(self, authorization):
        """Raises an exception unless the value of `Authorization` has a valid token."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme != "Bearer":
            raise jwt.InvalidTokenError("no bearer token")
        key = self._keys.get_signing_key_from_jwt(token)
        claims = jwt.decode(
            token,
            key,
            algorithms=["RS256"],
            audience=self._client_id,
            issuer=ISSUERS,
            options={"require": ["exp", "iss", "aud"]},
        )
        if claims.get("tid") != self._tenant:
            raise jwt.InvalidTokenError("another tenant")

    def next(self):
        """Waits for the next notification that was trusted."""
        return self.received.get(timeout=20)

    def _handler(webhook):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    webhook.check(self.headers["Authorization"])
                except jwt.PyJWTError as refusal:
                    webhook.refused.append(str(refusal))
                    self.respond(401)
                    return
                self.respond(202)
                for notification in json.loads(body)["value"]:
                    webhook.received.put(notification)

            def respond(self, status):
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        return Handler
