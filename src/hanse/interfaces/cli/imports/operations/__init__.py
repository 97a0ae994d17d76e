"""What the import writes about itself."""
