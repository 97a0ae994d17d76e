"""Hanse: one engine for every supply-chain commerce model."""
