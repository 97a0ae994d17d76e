"""Fresh secrets for programs: each is shown to whoever asked for it once, and to nobody again."""

import base64
import secrets

KEY_PREFIX = "hanse_"


def key_secret() -> str:
    """Return a fresh API key."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def signing_secret() -> str:
    """Return a fresh secret in the form of Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
