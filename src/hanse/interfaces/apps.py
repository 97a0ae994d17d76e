"""Registers the interfaces floor with Django."""

from django.apps import AppConfig


class InterfacesConfig(AppConfig):
    """One Django app per floor: moving models between apps is painful."""

    name = "hanse.interfaces"
    label = "interfaces"
    default_auto_field = "django.db.models.BigAutoField"
