"""One mechanism for every review: onboarding, products, later edits, withdrawals."""
