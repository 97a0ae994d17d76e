"""Who sells what at which price, drawn from whose offer."""
