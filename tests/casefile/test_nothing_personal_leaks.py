"""What people say is sealed: in no table, message or list in the clear, and gone with its key (design §5)."""

from __future__ import annotations

from tests.casefile.telling import (
    CASE,
    NOUR,
    PART_PATH,
    TALK,
    a_supported_case,
    as_supporter,
    asked,
    done,
    offered_handover,
    post,
)
from tests.support.ids import a_supporter_id, an_id
from tests.support.running import Running

from casefile.domain.support_log import SupportLog
from chassis.sealing import Sealed
from chassis.store.mapper import to_event

CANARY = "kanarie-in-de-keuken-7319"


def say_everything(casefile: Running) -> None:
    """Every text that casefile takes, with a canary in it."""
    handover = offered_handover(casefile)
    done(casefile, f"{handover}/acceptances", **as_supporter("Farida"))
    talk = TALK | {"whoDoesWhat": f"Anouk: {CANARY}", "wayBack": f"Bel {CANARY}"}
    done(casefile, f"{handover}/talks", talk, **as_supporter("Farida"))
    contact = {
        "contactId": str(an_id("contact")),
        "kind": "ck_home_visit",
        "supporterId": str(a_supporter_id("Anouk")),
        "note": f"Zij zei: {CANARY}",
    }
    done(casefile, f"{PART_PATH}/contacts", contact)
    question = {"question": CANARY, "doneWhen": f"als {CANARY} rust", "lifeDomains": ["wonen"]}
    done(casefile, f"/cases/{CASE}/parts", question)


def test_what_was_said_is_stored_nowhere_in_the_clear(casefile: Running) -> None:
    say_everything(casefile)
    history = asked(casefile, f"/cases/{CASE}/history?limit=100")
    casefile.look()
    assert not [row for row in casefile.everything_stored() if CANARY.encode() in row]
    assert CANARY not in str(history)
    assert CANARY not in str(asked(casefile, "/cases"))


def test_the_canary_would_be_found(casefile: Running) -> None:
    """The negative control: a value that is not personal does stand in the store."""
    a_supported_case(casefile)
    assert [row for row in casefile.everything_stored() if b"2741-9063" in row]


def test_a_note_opens_for_the_resident_key_and_not_after_erasure(casefile: Running) -> None:
    say_everything(casefile)
    base = casefile.service.base
    note = _note(casefile)
    assert note.person == NOUR
    assert base.sealer.open_many([note]) == [f"Zij zei: {CANARY}"]
    casefile.erase_all_keys()
    assert base.sealer.open_many([note]) == [None]
    refused = post(
        casefile,
        f"{PART_PATH}/contacts",
        {
            "contactId": str(an_id("later")),
            "kind": "ck_phone",
            "supporterId": str(a_supporter_id("Anouk")),
            "note": "nog iets",
        },
    )
    assert refused.status_code == 410


def _note(casefile: Running) -> Sealed:
    row = casefile.service.base.worker_store.recorder.load(SupportLog.entry_id(CASE, an_id("contact")))[0][0]
    event = to_event(row)
    assert isinstance(event, SupportLog.Logged)
    assert event.note is not None
    return event.note
