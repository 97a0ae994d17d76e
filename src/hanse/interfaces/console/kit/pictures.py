"""Pictures that people choose in a form: each is looked at before it is kept, and refused by its name."""

from typing import Any, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.web.pictures import LARGEST, NotAPicture, PictureTooLarge, clean

MOST = 8
Upload: TypeAlias = "UploadedFile[bytes]"


class _Chooser(forms.ClearableFileInput):
    """A chooser of several files at once."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Some pictures; what is none, or is too large, is refused by its name."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"multiple": True, "accept": "image/png,image/jpeg,image/webp"}
        super().__init__(widget=_Chooser(attrs=attrs), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:  # noqa: ARG002 - Django's signature
        """Check every picture."""
        uploads = [one for one in (data if isinstance(data, (list, tuple)) else [data]) if one]
        if len(uploads) > MOST:
            raise ValidationError(_("At most %(most)d pictures at once.") % {"most": MOST})
        for upload in uploads:
            _check(upload)
        return uploads


def _check(upload: Upload) -> None:
    said = {"name": upload.name, "most": LARGEST // 1024 // 1024}
    if (upload.size or 0) > LARGEST:
        raise ValidationError(_("%(name)s is larger than %(most)d MB.") % said)
    try:
        clean(upload.read())
    except PictureTooLarge as large:
        raise ValidationError(_("%(name)s has too many pixels.") % said) from large
    except NotAPicture as broken:
        raise ValidationError(_("%(name)s is not a picture in PNG, JPEG or WebP.") % said) from broken
