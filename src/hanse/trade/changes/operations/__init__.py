"""The verbs of changes: one use case, one module."""
