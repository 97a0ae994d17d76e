"""Money that comes and goes through a payment provider: what was asked for, what arrived, what was sent back."""
