"""Long work: begun by a person, done in the background by batches, with progress and files to download."""
