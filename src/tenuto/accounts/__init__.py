"""People: who they are, how they sign in, whom they follow, what they take along."""
