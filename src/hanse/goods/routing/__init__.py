"""From which warehouse goods go: the nearest that has them, and in as few parcels as possible."""
