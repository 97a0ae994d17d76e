"""Every address of the console's pages that are declared as data."""

from hanse.interfaces.console.pages import PAGES

urlpatterns = [pattern for page in PAGES for pattern in page.urls()]
