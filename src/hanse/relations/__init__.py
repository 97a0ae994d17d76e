"""PEOPLE: what those who buy keep for themselves."""
