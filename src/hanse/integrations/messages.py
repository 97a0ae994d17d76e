"""Messages to people: e-mail by Django's backends, short messages by whoever is named in the settings.

The stand-in for short messages writes them into the outbox folder, as Django's file backend does with e-mail.
"""

import json
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.mail import send_mail


def reaches(column: str) -> bool:
    """Say whether messages to an `email` or a `phone` can be sent from here."""
    return column == "email" or settings.HANSE_SMS in _SENDERS


def deliver(column: str, to: str, subject: str, text: str) -> None:
    """Send a message to an e-mail address or a telephone number; a short message has no subject."""
    if column == "email":
        send_mail(subject, text, None, [to])
    else:
        _SENDERS[settings.HANSE_SMS](to, text)


def _into_outbox(phone: str, text: str) -> None:
    folder = Path(settings.HANSE_OUTBOX or "outbox")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "sms.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"to": phone, "text": text}, ensure_ascii=False) + "\n")


_SENDERS: dict[str, Callable[[str, str], None]] = {"outbox": _into_outbox}
