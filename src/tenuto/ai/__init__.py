"""What AI does here, a folder for each purpose. It reaches works through `tenuto.gate.handle`, and in no other way."""
