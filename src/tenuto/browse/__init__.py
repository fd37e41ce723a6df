"""Pages over what organisation found, and over what artists say of their own sound, which wins.

sound.py     what is said of one track's sound, and by whom
tags.py      artists' own tags, where they can be found
find.py      tracks by tag, tempo and key
similar.py   tracks that sound alike
suggest.py   suggested tags, which an artist accepts or declines

What AI found is shown only while the artist allows it, asked anew with each request.
"""
