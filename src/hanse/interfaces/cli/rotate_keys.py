"""Encrypts everything that is kept encrypted anew, with the first of HANSE_FIELD_KEYS; afterwards old keys can go.

1. Put the new key first in HANSE_FIELD_KEYS, keep the old one behind it, and restart everything.
2. Run `hanse rotate-keys`. It may be interrupted and run again; people go on working meanwhile.
3. Take the old key out of HANSE_FIELD_KEYS.
"""

import argparse

from hanse.interfaces.cli.operations.rotate import rotate


def run(options: argparse.Namespace) -> int:
    """Rotate, and say how much it was."""
    del options
    for column, count in rotate().items():
        print(f"{count:>9} {column}")
    return 0
