"""The verbs of quotes: one use case, one module."""
