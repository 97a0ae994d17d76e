"""Every write to statements and payouts."""
