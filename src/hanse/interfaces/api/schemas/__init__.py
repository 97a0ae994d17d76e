"""What requests and answers look like: one module per resource, the words that all share in `words`."""
