"""What is allowed, owed and proved. Pure functions over frozen values; standard library only."""
