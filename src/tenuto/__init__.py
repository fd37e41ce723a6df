"""Tenuto: a place to share and hear music, where the artist holds the work."""

__version__ = "0.1.0"
