"""One use case, one module."""
