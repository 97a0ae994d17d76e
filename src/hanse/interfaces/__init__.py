"""Faces: api, storefront, console, jobs, cli."""
