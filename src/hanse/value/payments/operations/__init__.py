"""What can be done with payments; nothing here talks to the provider."""
