"""The verbs of promotions: one use case, one module."""
