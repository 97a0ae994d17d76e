"""Keep checked pictures in the folder of the party whose they are."""

from collections.abc import Sequence
from hashlib import sha256

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from hanse.interfaces.console.kit.pictures import Upload, measured


def keep_pictures(*, uploads: Sequence[Upload], party: str) -> list[str]:
    """Keep pictures that were checked and return their paths; they are named by their contents, so each lies once."""
    paths = []
    for upload in uploads:
        upload.seek(0)
        raw = upload.read()
        found = measured(raw)
        assert found is not None, "a picture is checked before it is kept"
        path = f"goods/{party.lower()}/{sha256(raw).hexdigest()[:24]}.{found[0]}"
        if not default_storage.exists(path):
            default_storage.save(path, ContentFile(raw))
        paths.append(path)
    return paths
