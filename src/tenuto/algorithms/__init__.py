"""What can be heard in sound and found among descriptors: plain arrays in, plain values out.

Nothing here knows what a track is, whose it is, or where bytes lie. It computes on what it is handed, and keeps
nothing. No model comes with it: profiles of keys are published experiments with listeners, and what is learned (`tags`)
is learned from the arrays that the caller gives, each time anew. The constants were chosen on sounds made for the
purpose and on free music rendered from notes (docs/develop/organisation.md).
"""
