"""What is kept about persons: they may have it, and they may leave."""
