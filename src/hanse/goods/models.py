"""Every model of the goods floor, gathered from its contexts for Django."""
