"""Documents on paper: picking lists, delivery notes, purchase orders and statements as PDF."""
