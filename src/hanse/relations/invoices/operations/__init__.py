"""The verbs of invoices: one use case, one module."""
