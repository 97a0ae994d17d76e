"""What each kind of step does, in the engine's own operations."""
