"""What a case file decides, without clock, chance, database or bus."""
