"""What intake decides, and nothing else: no clock, no chance, no disk, no wire."""
