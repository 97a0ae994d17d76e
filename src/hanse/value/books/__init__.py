"""The one double-entry engine for everything of value."""
