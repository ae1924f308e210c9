"""Telling partner organisations, each over its own subject, what they may know at the moment of sending.

`telling` is what a service brings: what its messages are about, and how they read outside. `gate` decides and
writes the access record. `book` keeps what was looked at, cleared, sent and stopped. `feed` goes through it
all, in order and once.
"""
