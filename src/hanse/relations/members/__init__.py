"""What a buyer keeps: addresses, favourites, what was looked at."""
