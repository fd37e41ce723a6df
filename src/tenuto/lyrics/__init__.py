"""What is sung in a track: written down, timed, shown while it plays. An asset with answers of its own about AI."""
