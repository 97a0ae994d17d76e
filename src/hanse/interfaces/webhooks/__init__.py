"""Telling facts outside: whom each concerns, what of it may be told, and how it gets there."""
