"""Deadlines: rows with a moment, swept by the clock; the event is saved in the same transaction."""

from chassis.deadlines.arming import Arm, Disarm
from chassis.deadlines.sweeper import Due, Sweeper

__all__ = ["Arm", "Disarm", "Due", "Sweeper"]
