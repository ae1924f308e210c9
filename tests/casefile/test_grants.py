"""Who may see what follows the decisions, in the same save: given by a match, ended with it (CON-09)."""

from __future__ import annotations

import psycopg
from tests.casefile.telling import (
    CASE,
    COORDINATION,
    FIRST,
    FORMAL,
    INFORMAL,
    NOUR,
    SECOND,
    TALK,
    a_formal_supporter,
    a_supported_case,
    a_volunteer,
    an_end,
    as_supporter,
    completed_handover,
    done,
    escalation_of,
    leaves,
    offered_handover,
    options,
    pauses,
    tell,
)
from tests.support.ids import a_supporter_id
from tests.support.running import Running

ANOUK, FARIDA = f"supporter:{a_supporter_id('Anouk')}", f"supporter:{a_supporter_id('Farida')}"


def may_see(casefile: Running) -> dict[str, list[str]]:
    """Who may see which parts now (an asterisk: the whole case)."""
    query = (
        "select grantee, coalesce(part_id::text, '*') from store.access_grant where subject_id = %s"
        " and (valid_until is null or valid_until > clock.now()) order by 1, 2"
    )
    found: dict[str, list[str]] = {}
    with psycopg.connect(casefile.database.url("admin")) as conn:
        for grantee, part in conn.execute(query, (CASE,)).fetchall():
            found.setdefault(grantee, []).append(part)
    return found


def test_coordination_sees_the_case_the_resident_their_own_and_a_supporter_a_part(casefile: Running) -> None:
    a_supported_case(casefile)
    assert may_see(casefile) == {
        f"coordination:{COORDINATION}": ["*"],
        f"person:{NOUR}": ["*"],
        ANOUK: [str(FIRST)],
    }


def test_a_receiver_sees_the_part_when_it_is_theirs(casefile: Running) -> None:
    handover = offered_handover(casefile)
    assert FARIDA not in may_see(casefile)
    done(casefile, f"{handover}/acceptances", **as_supporter("Farida"))
    done(casefile, f"{handover}/talks", TALK)
    assert may_see(casefile)[FARIDA] == [str(FIRST)]
    assert may_see(casefile)[ANOUK] == [str(FIRST)], "the trusted volunteer stays"


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
    done(casefile, f"/cases/{CASE}/consents/{FORMAL}/withdrawals")
    assert FARIDA not in may_see(casefile)
    assert ANOUK in may_see(casefile)
    done(casefile, f"/cases/{CASE}/consents/{INFORMAL}/withdrawals")
    assert ANOUK not in may_see(casefile)


def test_somebody_who_comes_for_advice_sees_that_part(casefile: Running) -> None:
    a_supported_case(casefile)
    advice = {"indications": ["IF11"], "reportedByRole": "role_supporter", "residentAgrees": True}
    done(casefile, f"/cases/{CASE}/parts/{FIRST}/escalations", advice)
    escalation = escalation_of(casefile)
    tell(casefile, options(escalation), a_formal_supporter(answers=escalation))
    assert may_see(casefile)[FARIDA] == [str(FIRST)]
