"""A catalogue that the program composes, draws and writes itself, so that a first visit has something to hear."""
