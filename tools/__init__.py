"""What keeps the house in order: own lints, the coverage gate, the map generator."""
