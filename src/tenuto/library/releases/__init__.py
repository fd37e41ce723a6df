"""Albums, EPs and singles: an artist's own tracks in an order, with a cover, a bar code, a label and a day."""
