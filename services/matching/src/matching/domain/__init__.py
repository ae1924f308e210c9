"""What matching decides, without a clock, a database or a wire."""
