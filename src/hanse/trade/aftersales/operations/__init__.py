"""The verbs of aftersales: one use case, one module."""
