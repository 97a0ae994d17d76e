"""A database may restart in the middle: what was asked is asked again, with the same key, until it answers."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import psycopg
from django.db import InterfaceError, OperationalError, connection

Inputs = ParamSpec("Inputs")
Result = TypeVar("Result")

LOSSES = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
LONGEST = 300.0
"""Seconds that a database may be away."""
PAUSE = 0.2


def of(work: Callable[Inputs, Result], noticed: Callable[[Exception], Any] | None = None) -> Callable[Inputs, Result]:
    """Return the work as one that outlives the loss of the database, a deadlock and a server that is starting up.

    It must be such that doing it again does no harm. `noticed` is told of every loss.
    """

    @wraps(work)
    def again(*args: Inputs.args, **kwargs: Inputs.kwargs) -> Result:
        deadline = time.monotonic() + LONGEST
        while True:
            try:
                return work(*args, **kwargs)
            except LOSSES as loss:
                if time.monotonic() > deadline:
                    raise
                if noticed:
                    noticed(loss)
                connection.close()
                time.sleep(PAUSE)

    return again
