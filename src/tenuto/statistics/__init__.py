"""What artists learn of how their music is heard: numbers, by day and place, and nobody's name."""
