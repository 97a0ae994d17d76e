"""The mall for tests of pages."""

from tests.interfaces.web.conftest import mall

__all__ = ["mall"]
