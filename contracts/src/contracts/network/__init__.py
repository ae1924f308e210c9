"""The configuration of a network of organisations, as services read it (design §9, NET-01 to NET-18)."""

from contracts.network.cautions import Caution
from contracts.network.choices import IntervalName, Intervals, Switches
from contracts.network.covenant import Covenant, Partner
from contracts.network.door import Door, Route
from contracts.network.network import Network, NotInNetwork
from contracts.network.organisation import EVERYWHERE, Does, Municipality, Organisation, Role, TargetGroup
from contracts.network.representation import AgeRule, Representation, RepresentationRule
from contracts.network.retention import Activity, RetentionRule, end_of
from contracts.network.safeguards import Channel, ChannelRule, Presence, Safeguards
from contracts.network.tariff import Tariff, TariffCode
from contracts.network.texts import ConsentText, Wording

__all__ = [
    "EVERYWHERE",
    "Activity",
    "AgeRule",
    "Caution",
    "Channel",
    "ChannelRule",
    "ConsentText",
    "Covenant",
    "Does",
    "Door",
    "IntervalName",
    "Intervals",
    "Municipality",
    "Network",
    "NotInNetwork",
    "Organisation",
    "Partner",
    "Presence",
    "Representation",
    "RepresentationRule",
    "RetentionRule",
    "Role",
    "Route",
    "Safeguards",
    "Switches",
    "TargetGroup",
    "Tariff",
    "TariffCode",
    "Wording",
    "end_of",
]
