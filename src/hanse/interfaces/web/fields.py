"""Reading what a form or an address says; whatever cannot be read is refused by the name of its field."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from hanse.kernel.errors import MalformedInput


def quantity_of(given: Mapping[str, str], field: str = "quantity") -> int:
    """Return a whole number of pieces; MalformedInput for anything else."""
    text = given.get(field, "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 12):
        raise MalformedInput(field, _("a whole number of pieces"), given=text)
    return int(text)


def key_of(given: Mapping[str, str]) -> str:
    """Return the key that the form was given when it was shown."""
    return given.get("key", "")


def text_of(given: Mapping[str, str], field: str, most: int) -> str:
    """Return one line or paragraph of text of at most so many characters."""
    text = given.get(field, "").strip()
    if len(text) > most or "\x00" in text:
        raise MalformedInput(field, _("at most %(most)d characters") % {"most": most})
    return text
