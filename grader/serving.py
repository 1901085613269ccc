"""One page on 127.0.0.1 that follows what is published: for one reader, on this machine."""

from __future__ import annotations

import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final
from urllib.parse import parse_qs, urlsplit

ALIVE_SECONDS: Final = 10.0
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "frame-ancestors 'none'",
}


class Server:
    """Serves the page that was published last, and tells open pages when there is another one.

    A context manager. The address holds a word that nobody can guess: whoever else works on this machine may
    open the port, but not the page.
    """

    def __init__(self, port: int = 0) -> None:
        self.page = b""
        self.version = 0
        self.news = threading.Condition()
        self.base = f"/{secrets.token_urlsafe(9)}/"
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.base}"

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def hosts(self) -> tuple[str, ...]:
        """What a browser on this machine calls this server. Another name is somebody else's trick."""
        return f"127.0.0.1:{self.port}", f"localhost:{self.port}"

    def publish(self, page: str) -> None:
        """Every open page is told that there is a new one."""
        with self.news:
            self.page = page.encode("utf-8", "replace")
            self.version += 1
            self.news.notify_all()

    def later_than(self, known: int) -> int:
        """The version there is, as soon as it is later than the known one, or after a while."""
        with self.news:
            self.news.wait_for(lambda: self.version > known, ALIVE_SECONDS)
            return self.version

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], owner: Server) -> None:
        super().__init__(address, _Handler)
        self.owner = owner

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that went away in the middle is nobody's fault."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "grader"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        owner = self.server.owner
        asked = urlsplit(self.path)
        if self.headers.get("Host") not in owner.hosts:
            self._refuse(403)
        elif asked.path == owner.base:
            self._answer(owner.page, "text/html; charset=utf-8")
        elif asked.path == f"{owner.base}events":
            self._tell_news(parse_qs(asked.query).get("seen", ["0"])[0])
        else:
            self._refuse(404)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""

    def _answer(self, body: bytes, kind: str) -> None:
        self._begin(200, kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _refuse(self, status: int) -> None:
        self._begin(status, "text/plain; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"There is nothing here.\n")

    def _begin(self, status: int, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in HEADERS.items():
            self.send_header(name, value)

    def _tell_news(self, seen: str) -> None:
        """A line for each version that is newer than what the page has, until the page is gone."""
        known = int(seen) if seen.isdecimal() else 0
        self._begin(200, "text/event-stream")
        self.end_headers()
        while True:
            now = self.server.owner.later_than(known)
            # Where nothing is new, a word that means nothing: it fails once nobody listens.
            self.wfile.write(f"data: {now}\n\n".encode() if now > known else b":\n\n")
            self.wfile.flush()
            known = max(known, now)
