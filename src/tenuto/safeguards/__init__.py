"""What is told to machines, what files carry with them, and who is asking: one policy document, many readers of it."""
