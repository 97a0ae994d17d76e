"""Registers the network floor with Django."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """One Django app per floor: moving models between apps is painful."""

    name = "hanse.network"
    label = "network"
    default_auto_field = "django.db.models.BigAutoField"
