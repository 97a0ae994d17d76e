"""Every model of the trade floor, gathered from its contexts for Django."""
