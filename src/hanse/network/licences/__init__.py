"""Licences that run out: told in time, selling suspended when one lapses, taken up again when it was renewed."""
