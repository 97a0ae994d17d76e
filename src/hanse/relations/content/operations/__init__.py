"""The verbs of content: one use case, one module."""
