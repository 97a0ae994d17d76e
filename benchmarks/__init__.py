"""What is claimed about speed, each reproducible by one command."""
