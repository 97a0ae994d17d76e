"""Whom facts are told beyond our own walls: endpoints, and what was delivered to them."""
