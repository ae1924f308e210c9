"""Forgetting a person in one capacity, for good: also after a power cut, or a restored backup.

Destroying a data key makes every sealed value under it unreadable, wherever it lies. That a key was destroyed
is written down first, in a log outside the databases: the one truth that is not in PostgreSQL (design §5).
"""

from chassis.erasure.certificate import Certificates, NotGenuine, verify
from chassis.erasure.certifying import RETAINED, Decision, certified
from chassis.erasure.entries import Entry, Pair
from chassis.erasure.eraser import Eraser, ErasingWaits, Gone
from chassis.erasure.keys_at_rest import KeysAtRest
from chassis.erasure.log import CopyAway, ErasureLog, Listed
from chassis.erasure.reapplying import Reapplying
from chassis.erasure.shown import ERASED, shown

__all__ = [
    "ERASED",
    "RETAINED",
    "Certificates",
    "CopyAway",
    "Decision",
    "Entry",
    "Eraser",
    "ErasingWaits",
    "ErasureLog",
    "Gone",
    "KeysAtRest",
    "Listed",
    "NotGenuine",
    "Pair",
    "Reapplying",
    "certified",
    "shown",
    "verify",
]
