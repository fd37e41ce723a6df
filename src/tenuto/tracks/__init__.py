"""The catalogue: tracks, their recordings, who may hear them and by which links."""
