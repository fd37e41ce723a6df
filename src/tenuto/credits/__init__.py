"""Who stands behind a track's credits: people here who are asked, and say yes or no; their codes."""
