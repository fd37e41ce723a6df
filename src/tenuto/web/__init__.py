"""The common look: base page, components, player."""
