"""What runs without anybody waiting for it: followers of facts, and what falls due by the clock."""

from hanse.interfaces.jobs import tasks

__all__ = ["tasks"]
