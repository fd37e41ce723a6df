"""What runs it all: settings, addresses, the web front, the worker, the command line."""
