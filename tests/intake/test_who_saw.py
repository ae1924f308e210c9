"""Who saw my request: told to the person whom it is about, and to nobody else (AVG article 15)."""

from __future__ import annotations

from uuid import UUID, uuid4

from tests.intake.bodies import accepted, received
from tests.support.running import As, Running

from contracts.intake import SupportAccepted


def resident_of(intake: Running, request_id: UUID) -> UUID:
    [told] = intake.told(SupportAccepted, request_id)
    return told.resident


def test_resident_reads_who_took_looked_at_and_was_denied_their_request(intake: Running) -> None:
    request_id = accepted(intake)
    resident = resident_of(intake, request_id)
    assert intake.get(f"/requests/{request_id}", by="mee_samen").status_code == 404

    answer = intake.get(f"/people/{resident}/accesses", by=As(person=resident))

    assert answer.status_code == 200, answer.text
    seen = answer.json()["items"]
    assert [(one["outcome"], one["organisation"]["id"]) for one in seen] == [
        ("denied", "mee_samen"),
        ("shown", "oco_almere"),
        ("shown", "oco_almere"),
        ("shown", "oco_almere"),
    ]
    assert "maar kreeg niets te zien" in seen[0]["sentence"]
    assert "legde gegevens van u vast" in seen[-1]["sentence"]


def test_nobody_else_reads_it(intake: Running) -> None:
    request_id = accepted(intake)
    path = f"/people/{resident_of(intake, request_id)}/accesses"

    for by in (As(person=uuid4()), As(), As(role="role_auditor"), As("mee_samen")):
        assert intake.get(path, by=by).status_code == 404


def test_own_request_is_not_opened_by_it(intake: Running) -> None:
    """What was asked is told by whoever takes care of it; here the resident only sees who looked."""
    resident = resident_of(intake, accepted(intake))
    another = received(intake)

    assert intake.get(f"/requests/{another}", by=As(person=resident)).status_code == 404
    assert intake.get("/requests", by=As(person=resident)).status_code in (403, 404)
