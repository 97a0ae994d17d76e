"""Every model of the network floor, gathered from its contexts for Django."""

from hanse.network.access.models import *  # noqa: F403
