"""Registers the trade floor with Django."""

from django.apps import AppConfig


class TradeConfig(AppConfig):
    """One Django app per floor: moving models between apps is painful."""

    name = "hanse.trade"
    label = "trade"
    default_auto_field = "django.db.models.BigAutoField"
