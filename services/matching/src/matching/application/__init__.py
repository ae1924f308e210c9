"""Loads, lets decide, saves: what people ask, and what follows from what others tell."""
