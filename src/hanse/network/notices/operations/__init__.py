"""The verbs of notices: one use case, one module."""
