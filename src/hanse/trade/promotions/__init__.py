"""Promotions: conditions, benefits, and who bears them."""
