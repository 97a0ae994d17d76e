"""Changes of an order after it was placed, agreed by everybody whom they touch."""
