"""Writes: one use case, one module."""
