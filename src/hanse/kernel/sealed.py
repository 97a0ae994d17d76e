"""Fields that the database holds encrypted; `hanse rotate-keys` and `kernel.rows` know them by `sealed`."""

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

if TYPE_CHECKING:
    _Text = models.CharField[str, str]
    _Bytes = models.BinaryField[bytes, bytes]
else:
    _Text, _Bytes = models.CharField, models.BinaryField


class EncryptedTextField(_Text):
    """A text that the database holds encrypted (Fernet): who steals a dump does not have it.

    `HANSE_FIELD_KEYS` lists the keys, the first of which encrypts; without any they are derived from Django's secret
    key and its fallbacks. One value never encrypts to the same twice, so nothing can be looked up by it.
    `max_length` is that of the token: 500 characters hold any text of 60.
    """

    sealed = True

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in; an empty text stays empty."""
        text = super().get_prep_value(value)
        return _cipher().encrypt(text.encode()).decode() if text else text

    def from_db_value(self, value: str | None, *_about: object) -> str | None:
        """Decrypt on the way out."""
        return _opened(value).decode() if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse every comparison but `isnull`: it would find nothing and look as if there were nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class EncryptedBinaryField(_Bytes):
    """A file that the database holds encrypted, by the same keys."""

    sealed = True

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in."""
        return _cipher().encrypt(bytes(value)) if value else value

    def from_db_value(self, value: Any, *_about: object) -> bytes | None:
        """Decrypt on the way out."""
        return _opened(bytes(value)) if value else value


if TYPE_CHECKING:  # it reads and writes what JSON can hold
    _Sealed = models.JSONField[Any, Any]
else:
    _Sealed = EncryptedTextField


class EncryptedJSONField(_Sealed):
    """Lists and maps that the database holds encrypted, by the same keys."""

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in; nothing stays nothing."""
        return None if value is None else super().get_prep_value(json.dumps(value, ensure_ascii=False))

    def from_db_value(self, value: str | None, *_about: object) -> Any:
        """Decrypt on the way out."""
        return None if value is None else json.loads(_opened(value))


def _opened(token: str | bytes) -> bytes:
    try:
        return _cipher().decrypt(token)
    except InvalidToken as unknown:
        raise ImproperlyConfigured("None of HANSE_FIELD_KEYS opens a field: add the old key.") from unknown


def _cipher() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    derived = [base64.urlsafe_b64encode(hashlib.sha256(f"hanse.fields:{s!s}".encode()).digest()) for s in secrets]
    return MultiFernet([Fernet(key) for key in settings.HANSE_FIELD_KEYS or derived])
