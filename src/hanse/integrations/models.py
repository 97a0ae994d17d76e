"""Every model of the integrations floor, gathered from its contexts for Django."""
