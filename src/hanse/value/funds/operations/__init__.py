"""Gifts and deposits: the funds a party gets without a trade."""
