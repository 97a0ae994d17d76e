"""Scenario files: read them, give each a world, play its steps with the engine's operations, compare, report."""
