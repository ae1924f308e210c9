"""Loads, lets decide, saves: one short method per command or per thing that was told, by subject."""
