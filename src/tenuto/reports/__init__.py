"""Reports on anything, what staff decide with reasons, appeals to a human being, and the record of it all."""
