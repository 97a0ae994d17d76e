"""What becomes of a piece of work."""
