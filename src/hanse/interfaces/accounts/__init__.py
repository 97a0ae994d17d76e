"""Getting in and staying safe: signing in and up, one's own account, the staff of a party."""
