"""Users; a stub until the access context is written."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class User(AbstractBaseUser):
    """A person who signs in."""

    email = models.EmailField(max_length=254, unique=True)
    objects: BaseUserManager["User"] = BaseUserManager()
    USERNAME_FIELD = "email"
