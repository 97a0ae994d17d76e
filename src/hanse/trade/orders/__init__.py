"""Orders: one leg between one buyer and one seller, opened through any number of tiers."""
