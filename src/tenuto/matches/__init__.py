"""What was recognised: uploads held for it, what people say to it, registering, and where one's music turns up."""
