"""Quotes and baskets: what something would cost, explained to the cent."""
