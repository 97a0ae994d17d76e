"""Public codes of documents: readable aloud, not guessable, not countable by competitors."""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that a code survives a telephone."""


def new(prefix: str) -> str:
    """Return a fresh code such as `O-7K2M9-QX4TD`: the prefix and 50 random bits."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{prefix}-{body[:5]}-{body[5:]}"


def normal(typed: str) -> str:
    """Return the code a person meant: upper case, without spaces, with look-alikes mended."""
    head, dash, body = typed.strip().upper().replace(" ", "").partition("-")
    return head + dash + body.translate(str.maketrans("ILOU", "110V"))
