"""The verbs of logistics: one use case, one module."""
