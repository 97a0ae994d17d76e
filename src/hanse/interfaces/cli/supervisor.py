"""Keeps a few processes running until told to stop: the demo's web server, worker and sandbox gateway."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

GRACE = 10.0  # seconds between asking a process to stop and making it
MANY_DEATHS = 4  # within RECENT seconds: then starting it again will not help
RECENT = 60.0
DIE_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG


class ChildFailedError(RuntimeError):
    """A process keeps ending; the text holds the last lines it wrote."""


@dataclass
class Child:
    """One process, started again whenever it ends."""

    name: str
    command: Sequence[str]
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start the process, its output going to its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment},
                # Ctrl-C must reach the supervisor alone, which then stops the others in their order.
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 -- it takes no lock, so threads do not matter
            )

    @property
    def runs(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None

    def last_lines(self, count: int = 20) -> str:
        """Return the end of the log."""
        lines = self.log.read_text(errors="replace").splitlines()[-count:] if self.log.exists() else []
        return "\n".join(f"    {line}" for line in lines)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process and everything that it started."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


def _die_with_parent() -> None:
    """Let the kernel end the child if the supervisor is killed without a chance to do so."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


class Supervisor:
    """Starts children in order, starts again what ends, stops them in reverse order."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.children: list[Child] = []
        self.say = say

    def add(self, child: Child) -> Child:
        """Start a child and keep it from now on."""
        self.children.append(child)
        child.start()
        return child

    def tend(self) -> None:
        """Start again every child that has ended; raise ChildFailedError if one does nothing but end."""
        for child in self.children:
            if child.runs:
                continue
            now = time.monotonic()
            child.deaths = [*(moment for moment in child.deaths if now - moment < RECENT), now]
            code = child.process.returncode if child.process else None
            if len(child.deaths) >= MANY_DEATHS:
                raise ChildFailedError(
                    f"{child.name} ended {MANY_DEATHS} times within a minute (last exit code {code}). "
                    f"The end of {child.log}:\n{child.last_lines()}"
                )
            child.signal(signal.SIGKILL)  # what it had started must not go on answering without it
            self.say(f"{child.name} ended (exit code {code}) and is started again; its log is {child.log}")
            time.sleep(0.5 * len(child.deaths))
            child.start()

    def stop(self) -> None:
        """Stop every child, last started first, none left behind."""
        for child in reversed(self.children):
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for child in reversed(self.children):
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"{child.name} does not stop by itself and is ended")
            child.signal(signal.SIGKILL)  # also what the child started and left behind
            child.process.wait()
        self.children.clear()
