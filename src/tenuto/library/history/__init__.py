"""What somebody heard, as they see it themselves: paused and cleared whenever they like. `audio.remember` keeps it."""
