"""Registers the value floor with Django."""

from django.apps import AppConfig


class ValueConfig(AppConfig):
    """One Django app per floor: moving models between apps is painful."""

    name = "hanse.value"
    label = "value"
    default_auto_field = "django.db.models.BigAutoField"
