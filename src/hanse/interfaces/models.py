"""Every model of the interfaces floor, gathered from its contexts for Django."""
