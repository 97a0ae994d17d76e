"""Turns rows into answers, as each caller may see them."""
