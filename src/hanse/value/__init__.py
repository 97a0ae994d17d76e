"""Everything of value: books, funds, payments, settlement."""
