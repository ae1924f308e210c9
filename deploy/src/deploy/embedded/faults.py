"""What can be wrong with the embedded servers, each said so that a person knows what to do."""

from __future__ import annotations


class ServerCannotStart(Exception):
    """A server did not come up; the text says why and, where we know it, what to do."""


class AlreadyRunning(Exception):
    """Another process holds this data folder."""


class DataFolderRefused(Exception):
    """The data folder is not ours, of another version, or its secrets lie open."""
