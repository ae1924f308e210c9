"""Who may see what follows the decisions, in the same save: given by a match, ended with it (CON-09)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import psycopg
from tests.casefile.telling import (
    CASE,
    COORDINATION,
    FIRST,
    FORMAL,
    INFORMAL,
    NOUR,
    PEOPLE_PATH,
    SECOND,
    TALK,
    a_formal_supporter,
    a_supported_case,
    a_volunteer,
    a_yes,
    an_end,
    as_supporter,
    completed_handover,
    consents,
    done,
    escalation_of,
    leaves,
    offered_handover,
    options,
    pauses,
    tell,
    withdraws,
)
from tests.support.ids import a_person_id, a_supporter_id
from tests.support.running import Running

from contracts.casefile import InvolvementAllowed

ANOUK, FARIDA = f"role_supporter:{a_supporter_id('Anouk')}", f"role_supporter:{a_supporter_id('Farida')}"


def may_see(casefile: Running, subject: UUID = CASE) -> dict[str, list[str]]:
    """Who may see which parts now (an asterisk: the whole)."""
    query = (
        "select distinct grantee, coalesce(part_id::text, '*') from store.access_grant where subject_id = %s"
        " and not over and valid_from <= clock.now() and (valid_until is null or valid_until > clock.now())"
        " and categories <> array['none'] order by 1, 2"
    )
    found: dict[str, list[str]] = {}
    with psycopg.connect(casefile.database.url("admin")) as conn:
        for grantee, part in conn.execute(query, (subject,)).fetchall():
            found.setdefault(grantee, []).append(part)
    return found


def consent_of(casefile: Running, party: str) -> UUID:
    """Nour's consent to that party, as it was told."""
    return next(e.consent_id for e in casefile.told(InvolvementAllowed) if e.party.id == party)


def home(organisation: str, what: str = "*") -> dict[str, list[str]]:
    return {f"{role}@{organisation}": [what] for role in ("role_coordinator", "role_auditor")}


def test_coordination_sees_the_case_the_resident_their_own_and_a_supporter_a_part(casefile: Running) -> None:
    a_supported_case(casefile)
    assert may_see(casefile) == {
        **home(COORDINATION),
        **home(INFORMAL),
        **home(FORMAL),
        f"person:{NOUR}": ["*"],
        ANOUK: [str(FIRST)],
    }
    assert may_see(casefile, NOUR) == {**home(COORDINATION), f"person:{NOUR}": ["*"]}


def test_an_involved_party_sees_the_parts_that_its_consent_names(casefile: Running) -> None:
    tell(casefile, a_yes(casefile))
    consents(casefile, INFORMAL, SECOND)
    assert may_see(casefile).items() >= home(INFORMAL, str(SECOND)).items()


def test_a_narrowed_consent_shows_less(casefile: Running) -> None:
    a_supported_case(casefile)
    narrowed = {"partIds": [str(SECOND)], "dataCategories": ["dc_question"]}
    done(casefile, f"{PEOPLE_PATH}/consents/{consent_of(casefile, INFORMAL)}/narrowings", narrowed)
    assert may_see(casefile).items() >= home(INFORMAL, str(SECOND)).items()
    assert ANOUK not in may_see(casefile)
    query = "select distinct categories from store.access_grant where consent_id = %s and part_id = %s"
    with psycopg.connect(casefile.database.url("admin")) as conn:
        shown = conn.execute(query, (consent_of(casefile, INFORMAL), SECOND)).fetchall()
    assert shown == [(["dc_question"],)]


def test_who_is_asked_to_take_over_sees_the_part_from_the_offer_on_until_it_ends(casefile: Running) -> None:
    handover = offered_handover(casefile)
    assert may_see(casefile)[FARIDA] == [str(FIRST)]
    done(casefile, f"{handover}/declines", {"by": "resident"})
    assert FARIDA not in may_see(casefile)


def test_a_receiver_sees_the_part_when_it_is_theirs(casefile: Running) -> None:
    completed_handover(casefile)
    assert may_see(casefile)[FARIDA] == [str(FIRST)]
    assert may_see(casefile)[ANOUK] == [str(FIRST)], "the trusted volunteer stays"


def test_a_representative_sees_the_file_while_the_representation_lasts(casefile: Running) -> None:
    tell(casefile, a_yes(casefile))
    mother = a_person_id("mother")
    body = {"representative": str(mother), "kind": "rk_mentor"}
    told = done(casefile, f"{PEOPLE_PATH}/representations", body)
    speaks = f"person:{mother}:for:{NOUR}"
    assert may_see(casefile)[speaks] == may_see(casefile, NOUR)[speaks] == ["*"]
    done(casefile, f"{PEOPLE_PATH}/representations/{told['representationId']}/endings")
    assert speaks not in may_see(casefile) | may_see(casefile, NOUR)


def test_a_giver_who_does_not_stay_sees_it_no_more(casefile: Running) -> None:
    handover = offered_handover(casefile)
    done(casefile, f"{handover}/acceptances", **as_supporter("Farida"))
    done(casefile, f"{handover}/talks", TALK | {"giverStays": False})
    assert ANOUK not in may_see(casefile)


def test_who_left_sees_nothing_of_the_case(casefile: Running) -> None:
    a_supported_case(casefile)
    tell(casefile, a_volunteer("Anouk", SECOND, match_id=a_supporter_id("second match")))
    leaves(casefile, "Anouk")
    assert ANOUK not in may_see(casefile)


def test_who_takes_a_break_keeps_their_sight(casefile: Running) -> None:
    a_supported_case(casefile)
    pauses(casefile, "Anouk")
    assert ANOUK in may_see(casefile)


def test_the_end_of_a_match_ends_what_it_gave(casefile: Running) -> None:
    a_supported_case(casefile)
    tell(casefile, a_volunteer("Anouk", SECOND, match_id=a_supporter_id("second match")))
    tell(casefile, an_end())
    assert may_see(casefile)[ANOUK] == [str(SECOND)]


def test_withdrawn_consent_ends_what_that_party_saw_at_once(casefile: Running) -> None:
    completed_handover(casefile)
    withdraws(casefile, consent_of(casefile, FORMAL))
    assert FARIDA not in may_see(casefile)
    assert not may_see(casefile).keys() & home(FORMAL).keys()
    assert ANOUK in may_see(casefile)
    withdraws(casefile, consent_of(casefile, INFORMAL))
    assert may_see(casefile).keys() == {*home(COORDINATION), f"person:{NOUR}"}


def test_a_consent_with_an_end_shows_nothing_from_its_last_moment_on(casefile: Running) -> None:
    tell(casefile, a_yes(casefile))
    until = (casefile.now() + timedelta(days=30)).isoformat()
    consents(casefile, INFORMAL, validUntil=until.replace("+00:00", "Z"))
    tell(casefile, a_volunteer())
    assert ANOUK in may_see(casefile)
    casefile.move_clock(timedelta(days=30))
    assert ANOUK not in may_see(casefile), "before anybody swept"


def test_somebody_who_comes_for_advice_sees_that_part(casefile: Running) -> None:
    a_supported_case(casefile)
    advice = {"indications": ["IF11"], "reportedByRole": "role_supporter", "residentAgrees": True}
    done(casefile, f"/cases/{CASE}/parts/{FIRST}/escalations", advice)
    escalation = escalation_of(casefile)
    tell(casefile, options(escalation), a_formal_supporter(answers=escalation))
    assert may_see(casefile)[FARIDA] == [str(FIRST)]
