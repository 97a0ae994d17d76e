"""Who trades: parties and links, access, approvals."""
