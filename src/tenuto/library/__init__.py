"""What people keep and put together: a slice for each, strangers to one another.

playlists/   lists of tracks, alone or with others
likes/       what somebody likes
reposts/     what somebody passes on, and the stream of those whom one follows
history/     what somebody heard, as they see it themselves
releases/    albums, EPs and singles
queues/      what plays, to go on with elsewhere
"""
