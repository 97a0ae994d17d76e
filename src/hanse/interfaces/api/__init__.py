"""The REST API under `/api/v1`: parse, one domain call, render."""
