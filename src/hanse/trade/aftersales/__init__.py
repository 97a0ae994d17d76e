"""After the sale: what is given back, and who answers for it."""
