"""A refusal is expected by its code, and it leaves no trace: no row of any table, and no lock."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from hanse.interfaces.cli.scenario import trace
from hanse.kernel.errors import DomainError


@contextmanager
def refused(code: str, **details: Any) -> Iterator[dict[str, Any]]:
    """Expect a refusal with this code and at least these details, and every table as it was.

    What was told in all is in the dictionary given, once it was.
    """
    before, everything = trace.digest(), dict[str, Any]()
    with pytest.raises(DomainError) as caught:
        yield everything
    refusal = caught.value
    everything.update(refusal.details, says=str(refusal))
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
