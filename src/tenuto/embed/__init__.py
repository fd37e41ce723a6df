"""The player on other people's pages: what it plays, what says where it is, and the panel that gives its code."""
