"""What happened around somebody and their works: on a page, in a digest by mail, pushed to their browsers.

Features above say what happened (`tell`) and register how it is said (`kinds`); this package knows none of them.
"""
