"""Collectives, labels and bands: a page that several people make together, with their music under one name."""
