"""Finding tracks, people, albums, playlists, tags and lyrics by words, in any order, slips of the fingers forgiven.

sources.py   what can be found, by which words, and which rows these follow from
in_step.py   the index, kept by the database itself in the transaction that changes a row
asked.py     what somebody typed, as FTS5 and as PostgreSQL ask for it
spelling.py  the words that there are, so that one that was mistyped leads to them
find.py      one typed, ranked answer on either database; only what the visitor may meet
"""
