"""Playlists: private, by secret link or public, filled alone or with invited others. `rules.playlists` says who may."""
