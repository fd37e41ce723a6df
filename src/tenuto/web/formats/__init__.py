"""How each language writes days, where it is not how English does."""
