"""What every service does alike, tested once and inherited."""
