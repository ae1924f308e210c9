"""A person is erased in one capacity, over HTTP and by the worker: unreadable, told, certified."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.casefile.telling import (
    CASE,
    COORDINATION,
    NOUR,
    Body,
    a_yes,
    asked,
    done,
    get,
    post,
    refused,
    tell,
)
from tests.support.ids import a_supporter_id, an_id
from tests.support.running import Running

from casefile.domain.erasure import Erasure
from chassis.erasure import Certificates, verify
from chassis.sealing import Capacity, Sealed
from chassis.settings import read_key
from contracts.casefile import PersonalDataErased
from contracts.matching import SupporterErased

WORDS = "Nour el Khatib"
CARER = an_id("person", "Aisha")
ASKED: Body = {"capacity": "resident", "askedBy": "resident", "ground": "consent_withdrawn"}
ERASURES = f"/people/{NOUR}/erasures"
ERASURE = Erasure.id_of(NOUR, "resident")


def sealed(casefile: Running, person: UUID = NOUR, capacity: Capacity = "resident") -> Sealed:
    return casefile.service.base.sealer.seal(person, capacity, "name", WORDS, uuid4())


def a_named_case(casefile: Running) -> Sealed:
    """Nour's case with her real sealed name, and a question in her own words."""
    name = sealed(casefile)
    yes = a_yes(casefile).model_copy(update={"resident_name": name, "carer": CARER})
    tell(casefile, yes)
    part = {"question": WORDS, "doneWhen": WORDS, "lifeDomains": ["wonen"]}
    done(casefile, f"/cases/{CASE}/parts", part)
    return name


def erase(casefile: Running, **changed: Any) -> Body:
    answer = done(casefile, ERASURES, ASKED | changed)
    casefile.sweep()
    return answer


def text_of(casefile: Running, value: Sealed) -> str | None:
    return casefile.service.base.sealer.open_many([value])[0]


def state(casefile: Running) -> str:
    return str(asked(casefile, f"{ERASURES}/{ERASURE}")["state"])


def test_words_are_gone_and_history_still_tells_what_happened_when(casefile: Running) -> None:
    name = a_named_case(casefile)
    before = asked(casefile, f"/cases/{CASE}/history")["items"]
    answer = erase(casefile)
    assert answer["state"] == "decided"
    assert state(casefile) == "erased"
    assert text_of(casefile, name) is None
    after = asked(casefile, f"/cases/{CASE}/history")["items"]
    assert after[: len(before)] == before
    sentences = [each["sentence"] for each in after[len(before) :]]
    assert "Besloten om de persoonsgegevens van de inwoner te wissen." in sentences
    assert sentences[-1].startswith("De persoonsgegevens van de inwoner zijn gewist.")


def test_everybody_is_told_once_however_often_the_worker_tries(casefile: Running) -> None:
    a_named_case(casefile)
    erase(casefile)
    casefile.arm_again("erase", ERASURE)
    casefile.sweep()
    (told,) = casefile.told(PersonalDataErased, NOUR)
    assert (told.person, told.capacity, told.case_ids) == (NOUR, "resident", (CASE,))
    assert casefile.facts_of(ERASURE).count("Erasure.Completed") == 1


def test_certificate_is_signed_and_holds_nothing_personal(casefile: Running) -> None:
    name = a_named_case(casefile)
    erase(casefile)
    text = asked(casefile, f"{ERASURES}/{ERASURE}/certificate")["certificate"]
    key = read_key(casefile.service.base.settings.certificate_key_file)  # type: ignore[attr-defined]
    facts = verify(text, Certificates(key).public_key)
    assert facts["person"] == str(NOUR)
    assert facts["destroyedKey"] == str(name.key_id)
    assert facts["decidedBy"] == {"role": "role_coordinator", "organisation": COORDINATION}
    assert {"intake", "matching", "notifications", COORDINATION} <= set(facts["told"])
    assert facts["retained"]
    assert WORDS not in text


def test_other_capacity_and_other_people_stay(casefile: Running) -> None:
    a_named_case(casefile)
    as_carer, as_helper = sealed(casefile, CARER, "carer"), sealed(casefile, NOUR, "supporter")
    erase(casefile)
    assert text_of(casefile, as_carer) == text_of(casefile, as_helper) == WORDS


def test_carer_is_erased_and_the_case_goes_on(casefile: Running) -> None:
    name = a_named_case(casefile)
    as_carer = sealed(casefile, CARER, "carer")
    done(casefile, f"/people/{CARER}/erasures", ASKED | {"capacity": "carer"})
    casefile.sweep()
    assert (text_of(casefile, as_carer), text_of(casefile, name)) == (None, WORDS)
    assert asked(casefile, f"/cases/{CASE}")["state"] == "open"


@pytest.mark.parametrize(
    "who",
    [
        {"by": "humanitas"},
        {"role": "role_supporter"},
        {"by": "gemeente_goes"},
        {"role": "role_auditor"},
    ],
)
def test_only_the_coordination_of_the_case_may_ask(casefile: Running, who: Body) -> None:
    """Denied and absent look alike (P17)."""
    name = a_named_case(casefile)
    assert post(casefile, ERASURES, ASKED, **who).status_code == 404
    assert post(casefile, f"/people/{uuid4()}/erasures", ASKED).status_code == 404
    assert get(casefile, f"{ERASURES}/{ERASURE}", **who).status_code == 404
    casefile.sweep()
    assert text_of(casefile, name) == WORDS


def test_asking_again_is_refused_and_the_same_key_gets_the_same_answer(casefile: Running) -> None:
    a_named_case(casefile)
    first = post(casefile, ERASURES, ASKED, key="once")
    assert refused(casefile, ERASURES, ASKED) == "ErasureDecidedAlready"
    assert post(casefile, ERASURES, ASKED, key="once").json() == first.json()
    casefile.sweep()
    assert refused(casefile, ERASURES, ASKED) == "ErasedAlready"


def test_nothing_is_destroyed_while_the_log_cannot_be_written(casefile: Running) -> None:
    """Log first; other deadlines do not wait for it, and it is tried again."""
    name = a_named_case(casefile)
    log = casefile.service.base.erasing.log  # type: ignore[union-attr]
    away, there = Path("/nowhere/erasures.jsonl"), log.path
    log.path, log._files = away, (away,)
    erase(casefile)
    assert (state(casefile), text_of(casefile, name)) == ("decided", WORDS)
    assert "erase" in casefile.deadlines()
    log.path, log._files = there, (there,)
    with psycopg.connect(casefile.database.url("admin"), autocommit=True) as conn:
        conn.execute("update store.deadline set not_before = '-infinity'")
    casefile.sweep()
    assert (state(casefile), text_of(casefile, name)) == ("erased", None)


def test_kill_between_key_and_save_is_finished_later(casefile: Running) -> None:
    """Log and key are done, the process died before it saved: the next try saves the same."""
    a_named_case(casefile)
    done(casefile, ERASURES, ASKED)
    base = casefile.service.base
    first = base.eraser.erase(ERASURE, NOUR, "resident", casefile.now())
    casefile.move_clock(timedelta(hours=1))
    casefile.sweep()
    text = asked(casefile, f"{ERASURES}/{ERASURE}/certificate")["certificate"]
    assert first.entry.sha256 in text
    assert str(first.key_id) in text


def test_supporter_whom_matching_erased_is_told_to_everybody(casefile: Running) -> None:
    anouk = a_supporter_id("Anouk")
    event = SupporterErased(erasure_id=an_id("e"), supporter_id=anouk, erased_at=casefile.now())
    tell(casefile, event, event, about=anouk)
    (told,) = casefile.told(PersonalDataErased, anouk)
    assert (told.person, told.capacity) == (anouk, "supporter")


def test_end_of_the_term_is_proposed_and_erases_nothing_by_itself(casefile: Running) -> None:
    """Assumed for now: two years after closing for an organisation that is no formal provider."""
    name = a_named_case(casefile)
    done(casefile, f"/cases/{CASE}/closings", {"reason": "close_agreements"})
    casefile.sweep()
    until = asked(casefile, f"{ERASURES}/{ERASURE}")["until"]
    assert until is not None
    casefile.later(timedelta(days=16 * 366))
    work = asked(casefile, "/worklist")["items"]
    assert [one["reason"] for one in work if one["reason"] == "erasure_due"] == ["erasure_due"]
    assert (state(casefile), text_of(casefile, name)) == ("kept", WORDS)
    erase(casefile, askedBy="organisation", ground="term_over")
    assert state(casefile) == "erased"
    assert [one for one in asked(casefile, "/worklist")["items"] if one["reason"] == "erasure_due"] == []


def test_reopened_case_is_kept(casefile: Running) -> None:
    a_named_case(casefile)
    done(casefile, f"/cases/{CASE}/closings", {"reason": "close_agreements"})
    casefile.sweep()
    part = {"question": "Nog iets", "doneWhen": "Als het klaar is", "lifeDomains": ["wonen"]}
    done(casefile, f"/cases/{CASE}/reopenings", {"parts": [part]})
    casefile.later(timedelta(days=16 * 366))
    assert [one for one in asked(casefile, "/worklist")["items"] if one["reason"] == "erasure_due"] == []


def test_reopening_the_case_of_who_was_erased_is_refused(casefile: Running) -> None:
    a_named_case(casefile)
    erase(casefile)
    part = {"question": "Nog iets", "doneWhen": "Als het klaar is", "lifeDomains": ["wonen"]}
    assert post(casefile, f"/cases/{CASE}/reopenings", {"parts": [part]}).status_code in (409, 410)


def test_everything_stored_still_loads_and_hashes(casefile: Running) -> None:
    a_named_case(casefile)
    erase(casefile)
    with psycopg.connect(casefile.database.url("admin")) as conn:
        (wrong,) = conn.execute(
            "select count(*) from store.event where leaf <> store.leaf_of("
            "originator_id, originator_version, topic, class_version, state)"
        ).fetchone() or (None,)
    assert wrong == 0
    assert asked(casefile, f"/cases/{CASE}")["state"] == "closed"
    assert all(WORDS.encode() not in row for row in casefile.everything_stored())


def test_older_database_catches_up_with_who_was_erased_since(casefile: Running) -> None:
    """As after a restore: log and key ring know of it, this database does not."""
    a_named_case(casefile)
    base = casefile.service.base
    base.eraser.erase(ERASURE, NOUR, "resident", casefile.now())
    assert state(casefile) == "kept"
    for _ in range(2):
        casefile.service.on_erased(base.erasing.log.listed().entries)  # type: ignore[union-attr]
    assert state(casefile) == "erased"
    assert len(casefile.told(PersonalDataErased, NOUR)) == 1
    told = asked(casefile, f"/cases/{CASE}/history")["items"][-1]["sentence"]
    assert told.startswith("De persoonsgegevens van de inwoner zijn gewist.")
