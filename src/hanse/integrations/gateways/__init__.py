"""Payment providers: one port, an adapter for each."""
