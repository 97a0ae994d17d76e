"""The verbs of orders: one use case, one module."""
