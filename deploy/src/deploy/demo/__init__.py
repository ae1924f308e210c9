"""A whole network at work, invented: supporters, requests, and what becomes of each, over the public APIs."""
