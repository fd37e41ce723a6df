"""Checks a log, and what is proved with it, without trusting whoever runs it.

Shipped twice: here, and as the small wheel `tenuto-verify` (see `verify/` at the root), which is cut from this package
and from `rules`. There it has another name, so imports are relative; standard library and one signature package only.
"""
