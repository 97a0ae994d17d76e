"""The one place where addresses begin."""

from django.urls import include, path

urlpatterns = [path("", include("hanse.interfaces.urls"))]
