"""The only place where casefile is built and wired."""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter

from casefile.api.app import casefile_app
from casefile.api.erasure import erasure_routes
from casefile.api.safeguards import consent_check_routes, emergency_routes, safeguard_commands
from casefile.api.sign_in import sign_in_commands
from casefile.application.bars import Bars
from casefile.application.binding import Binding
from casefile.application.caring import Caring
from casefile.application.carrying_out import CarryingOut
from casefile.application.consent_checks import CheckTools, ConsentChecks
from casefile.application.consenting import Consenting
from casefile.application.emergency_access import EmergencyAccess
from casefile.application.ending import Ending
from casefile.application.erasing import Erasing
from casefile.application.following import Following
from casefile.application.handing_out import HandingOut, Validity
from casefile.application.handovers import Handovers
from casefile.application.looks import RecordedLooks
from casefile.application.people import People
from casefile.application.pin_hashing import PinHashing
from casefile.application.resident_sign_in import Doors, SigningIn
from casefile.application.safeguarding import Safeguarding
from casefile.application.scaling import Scaling
from casefile.application.speaking import Speaking
from casefile.application.whose import Whose
from casefile.deadlines import Watching, deadlines
from casefile.guards import guard, lookups
from casefile.networks import Networks
from casefile.publishing import publish
from casefile.publishing.partners import PartnerTeller
from casefile.sealing import Sealing
from casefile.settings import Settings
from casefile.subscriptions import Hearing
from casefile.views import VIEWS
from chassis.clock import SystemClock
from chassis.codes import Codes, Tries
from chassis.erasure import Certificates
from chassis.search import Tokens
from chassis.service import Foundation, Service
from chassis.settings import load, read_key
from chassis.signin_signing import PersonTokens
from chassis.store.saving import Mappings
from chassis.views.opening import Opening, bound

SIGNED_IN_AS, SIGNED_IN_FOR = "role_resident", "role_representative"
MAPPINGS = Mappings(publish=publish, guard=guard, deadlines=deadlines, lookups=lookups)


def build(settings: Settings | None = None) -> Service:
    """Casefile, ready to run; settings come from the environment unless given."""
    settings = settings or load(Settings)
    base = Foundation(settings, MAPPINGS)
    opening = Opening(base.sealer, Tokens(read_key(settings.search_key_file), base.service))
    networks = Networks(base.reference)
    tools = (base.api_store, networks, Sealing(base.sealer), base.clock, base.access)
    erasing = Erasing(base.api_store, networks, base.clock, base.access)
    caring, scaling, handovers, ending = Caring(*tools), Scaling(*tools), Handovers(*tools), Ending(*tools)
    carrying_out = CarryingOut(
        base.worker_store, networks, base.eraser, Certificates(read_key(settings.certificate_key_file))
    )
    hearing = Hearing(Following(base.worker_store, networks))
    return Service(
        base,
        app=lambda readiness: casefile_app(
            base,
            caring,
            scaling,
            handovers,
            ending,
            Consenting(base.api_store, networks, RecordedLooks(base.worker_pool), base.clock, base.access),
            networks,
            People(*tools),
            opening,
            residents_door(base, settings),
            [*safeguards(base, settings, networks), erasure_routes(erasing, base.access)],
            readiness,
        ),
        subscriptions={
            "intake": hearing.of_intake(),
            "matching": hearing.of_matching(),
            "notifications": hearing.of_notifications(),
        },
        views=bound(VIEWS, opening),
        on_due=Watching(base.worker_store, carrying_out).on_due(),
        on_erased=lambda entries: carrying_out.catch_up(entries, base.clock.now()),
        teller=PartnerTeller(Whose(base.worker_store).resident_of),
    )


def safeguards(base: Foundation, settings: Settings, networks: Networks) -> list[APIRouter]:
    """Emergency access, safety risks, personal ties, and codes for a professional at the table."""
    sealing, key = Sealing(base.sealer), read_key(settings.codes_key_file)
    tools = (base.api_store, networks, sealing, base.clock, base.access)
    checks = ConsentChecks(
        base.api_store,
        networks,
        base.clock,
        base.access,
        CheckTools(Codes(key), Tries(base.api_pool, key), base.store_asked_by),
    )
    return [
        emergency_routes(EmergencyAccess(*tools, Bars(base.worker_pool)), sealing, base.access),
        safeguard_commands(Safeguarding(*tools)),
        consent_check_routes(checks),
    ]


def residents_door(base: Foundation, settings: Settings) -> APIRouter:
    """How residents sign in. Tokens live in real time; what was handed out, in the domain's."""
    codes = Codes(read_key(settings.codes_key_file))
    represents = Speaking(base.store_asked_by).speaks_for
    validity = Validity(timedelta(hours=settings.code_hours), timedelta(days=settings.letter_days))
    provider = settings.residents_provider(SystemClock())
    binding = Binding(base.api_store, base.access, codes, base.clock, provider)
    tokens = PersonTokens(
        settings.person_key_file,
        issuer=settings.person_issuer,
        audience=settings.audience,
        clock=SystemClock(),
    )
    lifetime = timedelta(minutes=settings.session_minutes)

    def sign(sign_in: UUID, person: UUID, represents: UUID | None) -> str:
        role = SIGNED_IN_FOR if represents else SIGNED_IN_AS
        return tokens.sign(
            person, subject=str(sign_in), roles=[role], lifetime=lifetime, represents=represents
        )

    tries = Tries(base.api_pool, read_key(settings.codes_key_file))
    doors = Doors(codes, tries, PinHashing(codes, secrets.token_bytes), sign, represents, binding)
    return sign_in_commands(
        HandingOut(base.api_store, base.access, codes, base.clock, validity, represents),
        binding,
        SigningIn(base.store_asked_by(), base.clock, doors),
        int(lifetime.total_seconds()),
    )
