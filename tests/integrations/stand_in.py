"""The sandbox as a process, and the merchant's letter box for its notices."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any, TypeVar

import httpx

from hanse.integrations import signatures
from hanse.integrations.wire import Wire

PATIENCE = 10.0
PACE = "0.03"
"""The stand-in lives that much faster: ten seconds of a slow payment are 0.3."""

Found = TypeVar("Found")


def wait_for(look: Callable[[], Found | None]) -> Found:
    """Return what `look` finds as soon as it finds something."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.01)
    raise AssertionError("it did not happen in time")


@dataclass(frozen=True)
class Letter:
    """One notice as it came over the wire."""

    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        """What it says."""
        content: dict[str, Any] = json.loads(self.body)
        return content


@dataclass
class LetterBox:
    """Takes notices and keeps them; answers `status`, so that it can refuse to take them."""

    port: int = 0
    status: int = 200
    letters: "Queue[Letter]" = field(default_factory=Queue)
    early: Callable[[Letter], None] | None = None

    @property
    def url(self) -> str:
        """Where notices go."""
        return f"http://127.0.0.1:{self.port}/notices"

    def next(self, reference: str) -> Letter:
        """Return the next notice about a reference, waiting for it; others are dropped."""
        deadline = time.monotonic() + PATIENCE
        while (rest := deadline - time.monotonic()) > 0:
            letter = self.letters.get(timeout=rest)
            if letter.told["reference"] == reference:
                return letter
        raise AssertionError(f"no notice about {reference}")

    def stays_empty(self, seconds: float = 0.3) -> bool:
        """Say whether nothing comes for a while."""
        try:
            self.letters.get(timeout=seconds)
        except Empty:
            return True
        return False


@contextmanager
def letter_box() -> Iterator[LetterBox]:
    """Open a letter box on a free port."""
    box = LetterBox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            letter = Letter(dict(self.headers.items()), body)
            if box.early is not None:
                box.early(letter)
            if box.status == 200:
                box.letters.put(letter)
            self.send_response(box.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    box.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class StandIn:
    """The sandbox in a process of its own, started and stopped at will; its state lies in a folder."""

    def __init__(self, folder: Path, notify: str) -> None:
        self.folder = folder
        self.notify = notify
        self.process: subprocess.Popen[str] | None = None
        self.url = ""
        private, _ = signatures.pair(folder, signatures.MERCHANT)
        self.own, public = signatures.pair(folder, signatures.PROVIDER)
        self.signer, self.verifier = signatures.signer(private), signatures.verifier(public)

    @property
    def wire(self) -> Wire:
        """The merchant's connection to it."""
        return Wire(self.url, self.signer, self.verifier)

    @property
    def state(self) -> Path:
        """The file that remembers everything."""
        return self.folder / "state.jsonl"

    def start(self) -> None:
        """Start and wait until it answers."""
        command = [sys.executable, "-m", "hanse.integrations.sandbox", "--port", "0", "--state", str(self.state)]
        self.process = subprocess.Popen(
            [*command, "--notify", self.notify, "--pace", PACE, "--delay", "30", "--zone", "Asia/Shanghai"],
            stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if "ready on " in line:
                self.url = line.strip().rpartition("ready on ")[2]
                break
        Thread(target=self.process.stderr.read, daemon=True).start()  # keeps the pipe empty
        assert self.url, "the stand-in did not start"

    def stop(self, *, kill: bool = False) -> int:
        """Stop, cleanly or not, and return the exit code."""
        assert self.process is not None
        if kill:
            self.process.kill()
        else:
            self.process.terminate()
        return self.process.wait(timeout=PATIENCE)

    def next(self, *troubles: str) -> None:
        """Order troubles for the next document."""
        self.wire.post("/control/troubles", {"next": list(troubles)})

    def payer(self, reference: str, do: str, *troubles: str) -> None:
        """Let the payer do something with a payment."""
        self.wire.post(f"/control/payments/{reference}", {"do": do, "troubles": list(troubles)})

    def bring_back(self, reference: str) -> None:
        """Let the receiving bank return a paid payout."""
        self.wire.post(f"/control/payouts/{reference}", {"do": "return"})

    def again(self, reference: str) -> None:
        """Send every notice about a reference once more."""
        self.wire.post(f"/control/notices/{reference}", {})

    def page(self, url: str, language: str = "") -> httpx.Response:
        """Open one of its pages."""
        return httpx.get(url, headers={"Accept-Language": language}, trust_env=False)
