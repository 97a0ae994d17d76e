"""What the engine bears: a made market, a database filled with orders, and workers that buy for a while."""
