"""Keep checked pictures in the folder of the party whose they are."""

from collections.abc import Sequence

from hanse.interfaces.console.kit.pictures import Upload
from hanse.interfaces.web.keeping import keep


def keep_pictures(*, uploads: Sequence[Upload], party: str) -> list[str]:
    """Keep pictures that were checked and return their paths; they are named by their contents, so each lies once."""
    paths = []
    for upload in uploads:
        upload.seek(0)
        paths.append(keep(upload.read(), f"goods/{party.lower()}"))
    return paths
