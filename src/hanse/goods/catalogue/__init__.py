"""What there is to trade: the category tree, products and their SKUs."""
