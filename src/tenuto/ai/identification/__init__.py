"""Known again: uploads are compared with registered works, before others may hear them.

check      compares what has come with what is registered here, and keeps where it was found    input, needed
register   keeps the fingerprint of a work whose artist wants it to be recognised               train
scan       compares what was uploaded before with what is registered now                        inform

Whether anything follows from what was found, people decide; see `tenuto.matches`.
"""
