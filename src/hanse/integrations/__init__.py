"""Adapters to the outside world, each with a verified local stand-in."""
