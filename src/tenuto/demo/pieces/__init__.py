"""The pieces, a module each, with one function: `compose() -> Piece`."""
