"""Deals: promotions, commission, orders, logistics, after-sales."""
