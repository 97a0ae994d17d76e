"""Which invoice a buyer wants for what it bought."""
