"""What is traded: catalogue, offers, stock."""
