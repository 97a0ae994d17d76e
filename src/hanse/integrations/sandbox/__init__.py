"""A stand-in for a payment provider and a bank, in a process of its own: `python -m hanse.integrations.sandbox`.

It knows nothing of the engine, its database or its settings: only the two sides' keys and one address for notices.
"""
