"""Own experience of a supporter: used with their own consent, shown as far as they want (CON-12, CON-13)."""

from __future__ import annotations

import pytest
from tests.matching.telling import Body, a_part_added, done, offered, registered, tell
from tests.support.clock import START
from tests.support.examples.matching import a_supporter
from tests.support.given_when_then import fact, given
from tests.support.ids import an_id
from tests.support.running import NETWORKS, Running

from contracts.matching import OptionsOffered
from contracts.sealed import Sealed
from deploy.networks import load_all
from matching.domain.errors import NoExperienceShared, SupporterHasLeft
from matching.domain.experience import ConsentProof, Experience
from matching.domain.supporter import Supporter

ALMERE = next(each for each in load_all(NETWORKS) if each.id == "almere")


def an_experience(shown: bool = False) -> Experience:
    sealed = Sealed(
        person=an_id("supporter"),
        capacity="supporter",
        field="experience",
        value_id=an_id("value"),
        key_id=an_id("key"),
        box="bm90IGEgcmVhbCBib3g6IG5vbmNlIGFuZCBjaXBoZXJ0ZXh0",
        commitment="bm90IGEgcmVhbCBjb21taXRtZW50IG9mIDMyIGJ5dGVz",
    )
    return Experience(an_id("consent"), sealed, shown)


PROOF = ConsentProof("eigen_ervaring", "ab" * 32, "nl", "cw_signed", START, "role_coordinator")


def test_sharing_anew_replaces_and_withdrawing_ends_it() -> None:
    supporter = a_supporter()
    given(supporter).when(lambda s: s.share_experience(an_experience(), PROOF, now=START)).then(
        fact(Supporter.ExperienceShared, proof=PROOF)
    )
    given(supporter).when(lambda s: s.share_experience(an_experience(True), PROOF, now=START)).then(
        Supporter.ExperienceShared
    )
    given(supporter).when(lambda s: s.withdraw_experience(now=START)).then(Supporter.ExperienceWithdrawn)
    given(supporter).when(lambda s: s.withdraw_experience(now=START)).then_refused(NoExperienceShared)


def test_who_stops_takes_it_along() -> None:
    supporter = a_supporter()
    supporter.share_experience(an_experience(), PROOF, now=START)
    supporter.leave(erased=False, now=START)
    assert supporter.experience is None
    given(supporter).when(lambda s: s.share_experience(an_experience(), PROOF, now=START)).then_refused(
        SupporterHasLeft
    )


def to_use(*domains: str, shown: bool = False, **changed: object) -> Body:
    text = ALMERE.consent_text("cp_experience_data", "nl", START.date())
    return {
        "lifeDomains": list(domains),
        "shown": shown,
        "text": {"id": text.id, "sha256": text.sha256},
        "way": "cw_signed",
        **changed,
    }


def because(matching: Running, supporter_id: object) -> tuple[str, ...]:
    options = matching.told(OptionsOffered)[-1].options
    return next(each.because for each in options if each.supporter_id == supporter_id)


@pytest.mark.parametrize("shown", [True, False])
def test_it_helps_to_find_whom_they_suit_and_is_told_only_when_they_want(
    matching: Running, shown: bool
) -> None:
    registered(matching, "Joost", lifeDomains=[])
    samira = registered(matching, "Samira", lifeDomains=[], places=1)
    path = f"/supporters/{samira}/experience-consents"
    done(matching, path, to_use("financien", shown=shown))
    matching.look()
    tell(matching, a_part_added())
    assert offered(matching)[0] == samira
    assert ("mat_similar_experience" in because(matching, samira)) is shown
    assert "financien" not in " ".join(map(str, matching.stored()))
    done(matching, f"/supporters/{samira}/experience-withdrawals")
    matching.look()
    offered(matching)
    assert "mat_similar_experience" not in because(matching, samira)


def test_only_the_text_in_force_is_asked(matching: Running) -> None:
    samira = registered(matching, "Samira")
    old = {"id": "eigen_ervaring", "sha256": "00" * 32}
    answer = matching.post(f"/supporters/{samira}/experience-consents", to_use("wonen", text=old))
    assert (answer.status_code, answer.json()["title"]) == (409, "ConsentTextNotInForce")


def test_it_stands_nowhere_in_the_clear(matching: Running) -> None:
    """CON-12: the domain of a supporter's own story is sealed in events and views."""
    samira = registered(matching, "Samira", lifeDomains=[])
    done(matching, f"/supporters/{samira}/experience-consents", to_use("gezondheid"))
    matching.look()
    with matching.as_owner() as conn:
        rows = conn.execute("select convert_from(state, 'UTF8') from store.event").fetchall()
        views = conn.execute(
            "select tablename from pg_tables where schemaname = 'views' and tablename like 'available%'"
        ).fetchall()
        assert views
    assert all("gezondheid" not in row[0] for row in rows)
