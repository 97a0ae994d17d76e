"""What can happen to money, credit and points, in the words of the trade."""
