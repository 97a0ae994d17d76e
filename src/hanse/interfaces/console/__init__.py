"""The desk in the browser: what a seller has to ship, and how an order's chain hangs together."""
