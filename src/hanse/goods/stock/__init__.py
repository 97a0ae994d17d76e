"""Where the pieces are: warehouses, shelves, movements, holds."""
