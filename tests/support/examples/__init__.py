"""States to begin a story with, by service. All people are invented."""
