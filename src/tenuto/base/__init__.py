"""What the features stand on: stored bytes, background jobs, events, errors."""
