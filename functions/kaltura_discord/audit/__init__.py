"""Who did what, when, from which interaction: kept for a year, and without anybody's id once they are forgotten."""
