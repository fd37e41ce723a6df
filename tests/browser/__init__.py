"""The real thing: our own web server, a real Chromium, real sound. Skipped where there is no Chromium."""
