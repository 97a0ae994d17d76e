"""What the home pages of the mall and of shops show, put together from blocks."""
