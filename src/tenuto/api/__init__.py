"""The HTTP API under /api/v1. Routers live in the slices; this joins and describes them."""
