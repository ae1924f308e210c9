"""Waakvlam's web pages: what casefile answers, shown to people in Dutch. It decides and keeps nothing."""
