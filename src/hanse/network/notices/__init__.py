"""What a party is told within the house: once, to those whom it concerns, and by e-mail to who wants that."""
