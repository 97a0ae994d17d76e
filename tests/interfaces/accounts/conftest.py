"""People who get in, and what was sent to them."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core import mail
from pytest_django import Settings

from tests.interfaces.web.faces import Mall, made

Sent = Callable[[], str]


@pytest.fixture
def mall(db: None, settings: Settings, tmp_path: Path) -> Mall:
    """Return a mall in which three tiers sell tees, with an outbox of its own."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.HANSE_OUTBOX = tmp_path
    return made()


@pytest.fixture
def sms(tmp_path: Path) -> Callable[[], list[dict[str, str]]]:
    """Return the short messages that were sent."""

    def read() -> list[dict[str, str]]:
        file = tmp_path / "sms.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    return read


def code_in(text: str) -> str:
    """Return the code of a message."""
    found = re.search(r"\b[0-9]{6}\b", text)
    assert found, text
    return found.group()


def last_code() -> str:
    """Return the code of the last e-mail."""
    return code_in(str(mail.outbox[-1].body))
