"""Read models: one question each, fed by one follower, rebuilt beside the running one."""

from chassis.views.building import provision, rebuild
from chassis.views.follower import Follower
from chassis.views.view import Recorded, Rows, View

__all__ = ["Follower", "Recorded", "Rows", "View", "provision", "rebuild"]
