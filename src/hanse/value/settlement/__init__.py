"""Statements, payouts, and the days on which they fall due."""
