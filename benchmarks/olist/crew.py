"""Worker processes that outlive each other: a dead one is replaced, and what it had in hand is given out again."""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Any, Self

CHUNK = 8
AHEAD = 2
"""Chunks that a worker has in hand, so that it never waits for us."""


def serve(pipe: Connection, job: str) -> None:
    """Be a worker: do what comes through the pipe by the function `module:name`, until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import django

    django.setup()
    module, name = job.split(":")
    work: Callable[[Any], Any] = getattr(__import__(module, fromlist=[name]), name)
    while True:
        try:
            chunk = pipe.recv()
            pipe.send([work(task) for task in chunk])
        except EOFError:
            return
        except Exception as error:
            pipe.send(RuntimeError(f"a worker failed: {error!r}"))
            raise


@dataclass
class _Worker:
    process: SpawnProcess
    pipe: "Connection[Any, Any]"
    inhand: deque[list[Any]] = field(default_factory=deque)


class Crew:
    """So many workers. They read how to reach the database from the environment."""

    def __init__(self, size: int, job: str) -> None:
        self._job = job
        self._context = get_context("spawn")
        self.deaths = 0
        self._workers = [self._hire() for _ in range(size)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.pipe.close()
        for worker in self._workers:
            worker.process.join(10)
            if worker.process.is_alive():
                worker.process.kill()

    @property
    def pids(self) -> list[int]:
        """Return the workers' process numbers."""
        return [worker.process.pid or 0 for worker in self._workers]

    def kill_one(self) -> None:
        """Kill a worker as nobody should: to see that nothing comes of it."""
        os.kill(self.pids[0], signal.SIGKILL)

    def run(self, tasks: Iterable[Any], chunk: int = CHUNK) -> Iterator[Any]:
        """Have all tasks done and yield what became of each, in no order; the same task may be begun twice."""
        chunks = iter(_chunks(tasks, chunk))
        for worker in self._workers:
            self._feed(worker, chunks)
        while busy := [worker for worker in self._workers if worker.inhand]:
            for pipe in wait([worker.pipe for worker in busy]):
                worker = next(worker for worker in busy if worker.pipe is pipe)
                yield from self._answer(worker, chunks)

    def _answer(self, worker: _Worker, chunks: Iterator[list[Any]]) -> Iterator[Any]:
        try:
            found = worker.pipe.recv()
        except (EOFError, OSError):
            self._replace(worker)
            return
        if isinstance(found, RuntimeError):
            raise found
        worker.inhand.popleft()
        self._feed(worker, chunks)
        yield from found

    def _feed(self, worker: _Worker, chunks: Iterator[list[Any]]) -> None:
        while len(worker.inhand) < AHEAD and (chunk := next(chunks, None)) is not None:
            worker.inhand.append(chunk)
            self._give(worker, chunk)

    def _give(self, worker: _Worker, chunk: list[Any]) -> None:
        try:
            worker.pipe.send(chunk)
        except OSError:  # it died a moment ago, and its pipe will say so
            return

    def _replace(self, worker: _Worker) -> None:
        self.deaths += 1
        worker.process.join()
        worker.pipe.close()
        fresh = self._hire()
        worker.process, worker.pipe = fresh.process, fresh.pipe
        for chunk in worker.inhand:
            self._give(worker, chunk)

    def _hire(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=serve, args=(theirs, self._job), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)


def _chunks(tasks: Iterable[Any], size: int) -> Iterator[list[Any]]:
    left = iter(tasks)
    while chunk := list(islice(left, size)):
        yield chunk
