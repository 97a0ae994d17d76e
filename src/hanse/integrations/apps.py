"""Registers the integrations floor with Django."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """One Django app per floor: moving models between apps is painful."""

    name = "hanse.integrations"
    label = "integrations"
    default_auto_field = "django.db.models.BigAutoField"
