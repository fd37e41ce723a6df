"""The transparency log: what is written of every use, before it happens, and shown to everybody."""
