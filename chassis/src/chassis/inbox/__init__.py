"""Hearing other services: subscriptions, positions, parking, attempts, dead letters, asking again."""

from chassis.inbox.heard import Effects, Handler, Heard, Subscriptions
from chassis.inbox.inbox import Inbox, Later
from chassis.inbox.state import InboxState

__all__ = ["Effects", "Handler", "Heard", "Inbox", "InboxState", "Later", "Subscriptions"]
