"""Registers the relations floor with Django."""

from django.apps import AppConfig


class RelationsConfig(AppConfig):
    """One Django app per floor: moving models between apps is painful."""

    name = "hanse.relations"
    label = "relations"
    default_auto_field = "django.db.models.BigAutoField"
