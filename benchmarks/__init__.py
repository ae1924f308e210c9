"""What Waakvlam costs, each figure against its ceiling in the same run: `python -m benchmarks`."""
