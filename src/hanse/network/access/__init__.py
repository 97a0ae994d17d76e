"""Who may do what: users, memberships, roles."""
