"""Casefile over HTTP."""
