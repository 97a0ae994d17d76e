"""The mall in the browser: looking, buying, paying, following one's orders."""
