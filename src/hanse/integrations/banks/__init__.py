"""Banks that pay out: one port, an adapter for each."""
