"""What tests of every service use: given/when/then, ids, a clock, examples and real servers."""
