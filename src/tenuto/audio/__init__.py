"""One audio file's way: arrive, examine, render, publish, deliver, count. Start at journey.py."""
