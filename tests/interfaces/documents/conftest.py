"""The mall for tests of documents."""

from tests.interfaces.web.conftest import mall

__all__ = ["mall"]
