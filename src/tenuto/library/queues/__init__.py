"""The player's queue of whoever is signed in, kept here so that it outlives a sign-out and goes on elsewhere."""
