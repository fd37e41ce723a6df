"""What every answer tells machines, in headers and in the documents they look for."""
