"""Every model of the value floor, gathered from its contexts for Django."""
