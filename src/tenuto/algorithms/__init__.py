"""What can be heard in sound and found among descriptors: plain arrays in, plain values out.

Nothing here knows what a track is, whose it is, or where bytes lie. It computes on what it is handed, and keeps
nothing. No parameter was learned from anybody's music: profiles of keys come from published experiments with listeners,
and what is learned (`tags`) is learned from the arrays that the caller gives, each time anew.
"""
