"""A refusal is expected by its code, and it leaves no trace: no row of any table, and no lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from hanse.interfaces.cli.scenario import trace
from hanse.kernel.errors import DomainError


@contextmanager
def refused(code: str, **details: Any) -> Iterator[None]:
    """Expect a refusal with this code and at least these details, and every table as it was."""
    before = trace.digest()
    with pytest.raises(DomainError) as caught:
        yield
    refusal = caught.value
    told = {name: refusal.details.get(name, "not told") for name in details}
    assert (refusal.code, told) == (code, details)
    assert str(refusal), "a refusal says something to a person"
    assert trace.changes(before, trace.digest()) == []


@contextmanager
def unchanged() -> Iterator[None]:
    """Expect that nothing is written, but for the claim of the key."""
    before = trace.digest()
    yield
    assert set(trace.changes(before, trace.digest())) <= {"kernel_claim"}
