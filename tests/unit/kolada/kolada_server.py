"""A server on this machine that answers as Kolada does, from answers made by hand."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

DATA = Path(__file__).parents[2] / "data" / "kolada"
ANYTHING = "*"


@dataclass(frozen=True)
class Answer:
    """What the server says once: a status, headers and a body."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Server:
    """``answers`` by the path after /v3/ or for ANYTHING, in turn, the last one again and again; what has
    none is 404. ``asked`` is every request.
    """

    address: str
    answers: dict[str, list[Answer]]
    asked: list[str]


@contextmanager
def serve() -> Iterator[Server]:
    """A running server that has not been told anything."""
    asked: list[str] = []
    answers: dict[str, list[Answer]] = defaultdict(list)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            path = urlsplit(self.path).path.removeprefix("/v3/")
            ready = answers.get(path) or answers.get(ANYTHING) or [Answer(status=404)]
            answer = ready.pop(0) if len(ready) > 1 else ready[0]
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield Server(f"http://127.0.0.1:{running.server_port}/v3", answers, asked)
        running.shutdown()
