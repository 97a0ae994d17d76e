"""Every write to the books."""
