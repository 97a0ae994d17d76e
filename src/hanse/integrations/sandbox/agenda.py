"""What the stand-in will do later, and the threads that do it."""

import heapq
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Condition, Thread

logger = logging.getLogger(__name__)

WORKERS = 4


class Agenda:
    """Runs `work(kind, ref)` when it is due; what is not done when the process ends is read from the journal again."""

    def __init__(self, work: Callable[[str, str], None]) -> None:
        self._work = work
        self._waiting: list[tuple[float, int, str, str]] = []
        self._order = count()
        self._changed = Condition()
        self._ending = False
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="sandbox")
        self._thread = Thread(target=self._run, name="sandbox-agenda", daemon=True)

    def add(self, due: float, kind: str, ref: str) -> None:
        """Note something for the moment `due` (seconds since 1970)."""
        with self._changed:
            heapq.heappush(self._waiting, (due, next(self._order), kind, ref))
            self._changed.notify()

    def start(self) -> None:
        """Begin to do what is due."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what has begun and do nothing more."""
        with self._changed:
            self._ending = True
            self._changed.notify()
        self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self) -> None:
        while (entry := self._next()) is not None:
            self._pool.submit(self._guarded, *entry)

    def _next(self) -> tuple[str, str] | None:
        """Wait for the next thing that is due; None when the end has come."""
        with self._changed:
            while not self._ending:
                wait = self._waiting[0][0] - time.time() if self._waiting else None
                if wait is not None and wait <= 0:
                    _, _, kind, ref = heapq.heappop(self._waiting)
                    return kind, ref
                self._changed.wait(wait)
            return None

    def _guarded(self, kind: str, ref: str) -> None:
        try:
            self._work(kind, ref)
        except Exception:
            logger.exception("%s %s", kind, ref)
