"""The only door between AI code and works: ask, decide, write ahead, open, hand over, close, outcome; and withdraw.

Read `journey.py` downwards. AI code knows one module of this package, `handle`; contract 3 hides the others.
"""
