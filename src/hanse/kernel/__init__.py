"""Ground every floor stands on: money, states, errors, once, events, actor, codes."""
