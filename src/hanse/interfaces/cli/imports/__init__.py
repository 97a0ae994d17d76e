"""Bulk import: read a CSV as a stream, bring its rows in by batches through the domain, remember how far it came."""
