"""Likes: a heart on a track, the list of what one likes, and whether others see that list: not until one says so."""
