"""Two residents want one last place at the same moment: exactly one gets it (MAT-24)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

from httpx2 import Response
from tests.matching.telling import a_part_added, done, proposed, registered, stage, tell
from tests.support.ids import a_case_id, a_part_id
from tests.support.running import Running

from contracts.matching import VolunteerMatched
from matching.domain.names import search_id_of

RESIDENTS = ("Anna", "Bart", "Carla", "Dirk")


def test_last_place_goes_to_one_resident(matching: Running) -> None:
    joost = registered(matching, "Joost", places=1)
    searches = {name: search_id_of(a_part_id(name)) for name in RESIDENTS}
    for name in RESIDENTS:
        tell(matching, a_part_added(name), about=a_case_id(name))
    matches = {name: proposed(matching, joost, search) for name, search in searches.items()}
    for match_id in matches.values():
        done(matching, f"/matches/{match_id}/acceptances", {"by": "resident"})

    answers = at_once(matching, matches)

    assert sorted(answer.status_code for answer in answers.values()) == [201, 409, 409, 409]
    refused = [name for name, answer in answers.items() if answer.status_code == 409]
    for name in refused:
        assert answers[name].json()["title"] == "NoPlaceLeft"
        assert "choose somebody else together with the resident" in answers[name].json()["detail"]
    assert len(matching.told(VolunteerMatched)) == 1
    assert matching.stored().count("matching:Supporter.PlaceTaken") == 1

    done(matching, f"/matches/{matches[refused[0]]}/declines", {"by": "supporter"})
    assert stage(matching, searches[refused[0]]) == "open", "back to choice"


def at_once(matching: Running, matches: dict[str, UUID]) -> dict[str, Response]:
    """The supporter's yes to all of them, at the same moment."""
    together = Barrier(len(matches))

    def accept(name: str) -> Response:
        together.wait()
        return matching.post(f"/matches/{matches[name]}/acceptances", {"by": "supporter"}, key=f"yes-{name}")

    with ThreadPoolExecutor(len(matches)) as threads:
        return dict(zip(matches, threads.map(accept, matches), strict=True))


def test_no_click_and_choice_at_once_never_propose_that_person_again(matching: Running) -> None:
    """MAT-09: the choice on one part and "no click" on another may not pass each other unseen."""
    joost = registered(matching, "Joost", places=3)
    for attempt in range(6):
        case, parts = a_case_id(f"case {attempt}"), [f"{attempt} one", f"{attempt} two"]
        for part in parts:
            tell(matching, a_part_added(part), about=case)
        one, two = (search_id_of(a_part_id(part)) for part in parts)
        match_id = proposed(matching, joost, one)
        done(matching, f"/searches/{two}/offers")
        together = Barrier(2)

        def no_click(match_id: UUID = match_id, together: Barrier = together) -> Response:
            together.wait()
            return matching.post(f"/matches/{match_id}/no-clicks")

        def choice(two: UUID = two, together: Barrier = together) -> Response:
            together.wait()
            return matching.post(f"/searches/{two}/choices", {"supporterId": str(joost)})

        with ThreadPoolExecutor(2) as threads:
            first, second = threads.submit(no_click), threads.submit(choice)
            assert first.result().status_code == 201
            assert second.result().status_code in (201, 409)
        assert stage(matching, two) != "proposed"
