"""Goods on their way: parcels sent and received."""
