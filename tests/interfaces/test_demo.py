"""The demo starts, tends and stops everything, and says what is the matter when it cannot."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psutil
import pytest

from hanse.config import postgres

PATIENCE = 60


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Demo:
    """A demo of its own, on its own ports and in its own folder."""

    var: Path
    port: int = field(default_factory=_free_port)
    sandbox: int = field(default_factory=_free_port)
    process: "subprocess.Popen[str] | None" = None

    def start(self) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "hanse.interfaces.cli.main", "demo", "--empty"]
        ports = ["--port", str(self.port), "--sandbox-port", str(self.sandbox)]
        environment = {**os.environ, "HANSE_VAR": str(self.var)}
        environment.pop("HANSE_DATABASE_URL", None)
        self.process = subprocess.Popen(
            [*command, *ports], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
        return self.process

    def read_until(self, wanted: str) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if re.search(wanted, line):
                return said
        raise AssertionError(f"the demo ended without saying {wanted!r}:\n{said}")

    def rest(self) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        return self.process.stdout.read()

    def answers(self) -> bool:
        try:
            urlopen(f"http://127.0.0.1:{self.port}/", timeout=5)
        except HTTPError:
            return True
        except (URLError, OSError):
            return False
        return True

    def family(self) -> list[psutil.Process]:
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)


@pytest.fixture
def demo(open_folder: Path) -> Iterator[Demo]:
    one = Demo(open_folder / "var")
    yield one
    if one.process is not None and one.process.poll() is None:
        one.process.send_signal(signal.SIGTERM)
        one.process.wait(PATIENCE)
    with pytest.MonkeyPatch.context() as there:  # a killed demo leaves its server behind
        there.setenv("HANSE_VAR", str(one.var))
        postgres.stop()


def _gone(processes: list[psutil.Process]) -> bool:
    return all(not process.is_running() or process.status() == psutil.STATUS_ZOMBIE for process in processes)


def test_it_starts_tends_and_stops_and_starts_again(demo: Demo) -> None:
    process = demo.start()
    demo.read_until("Hanse is open")
    assert demo.answers()

    victim = next(child for child in demo.family() if "granian" in " ".join(child.cmdline()))
    victim.kill()
    demo.read_until("web server ended .* is started again")
    deadline = time.monotonic() + PATIENCE
    while not demo.answers():
        assert time.monotonic() < deadline
        time.sleep(0.2)

    family = demo.family()
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 0, demo.rest()
    assert _gone(family)
    assert not demo.answers()

    began = time.monotonic()
    process = demo.start()
    demo.read_until("Hanse is open")
    assert time.monotonic() - began < 20
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0, demo.rest()


def test_nothing_is_left_when_it_is_killed(demo: Demo) -> None:
    process = demo.start()
    demo.read_until("Hanse is open")
    family = demo.family()
    process.kill()
    process.wait()
    deadline = time.monotonic() + PATIENCE
    while not _gone(family):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    # PostgreSQL itself stays, without a parent, and the next run takes it over.
    process = demo.start()
    demo.read_until("Hanse is open")


def test_a_taken_port_is_said_clearly(demo: Demo) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", demo.port))
        other.listen()
        process = demo.start()
        said = demo.read_until("The demo ends")
        assert f"port {demo.port} cannot be had" in said
        assert process.wait(PATIENCE) == 1
