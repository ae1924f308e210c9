"""Finding somebody: options, the resident's choice, and both sides' yes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from deploy.demo import at_consent
from deploy.demo.asking import Answer, NotDone, Refusal
from deploy.demo.case_in_play import CaseInPlay, Chosen
from deploy.demo.voices import Voice, supporter_of

TRIES = 6
CHOOSING = ("open", "offered", "nobody_found")
ELSEWHERE_BUSY = {"NoPlaceLeft", "SupporterIsPaused", "SupporterHasLeft"}
Liked = Callable[[Answer], bool]


def anybody(_option: Answer) -> bool:
    """Every option is fine."""
    return True


def informal(option: Answer) -> bool:
    """A volunteer or an experience expert."""
    return str(option["formality"]) == "informal"


def search_for(case: CaseInPlay, part_id: str | None, answers: str | None = None) -> Answer:
    """The search for a part, or the one that answers a decision to scale, ready for choice."""

    def known() -> str | None:
        searches = case.scene.asking.items(case.coordinator, "matching", f"/searches?caseId={case.case_id}")
        return next(
            (str(each["searchId"]) for each in searches if (each["partId"], each["answers"]) == wanted), None
        )

    def open_for_choice() -> Answer | None:
        search = case.look("matching", f"/searches/{search_id}")
        return search if search and search["stage"] in CHOOSING else None

    wanted = (part_id, answers)
    search_id = case.until(known, "a search")
    return case.until(open_for_choice, "a search that is open for choice")


def match(
    case: CaseInPlay,
    part_id: str | None,
    *,
    answers: str | None = None,
    like: Liked = anybody,
    says_no_first: bool = False,
) -> Chosen:
    """Offer, choose, both say yes. Who is just taken elsewhere is passed over, as people would do.

    ``says_no_first``: the first one who is asked says no. Raises NotDone when nobody fits.
    """
    search = search_for(case, part_id, answers)
    for attempt in range(TRIES):
        anew = attempt > 0 or search["stage"] != "offered"
        options = offer(case, search["searchId"]) if anew else search["options"]
        kept_back = case.scene.kept_back
        liked = sorted(filter(like, options), key=lambda option: option["supporterId"] in kept_back)
        for option in liked:
            found = _agreed(case, search["searchId"], option, says_no=says_no_first)
            if found is not None:
                return found
            says_no_first = False
        if not liked:
            raise NotDone("nobody fits")
    raise NotDone(f"nobody had a place after {TRIES} rounds")


def offer(case: CaseInPlay, search_id: str) -> Sequence[Answer]:
    """What the resident can choose from now; empty when nobody fits."""
    return list(case.do("matching", f"/searches/{search_id}/offers")["options"])


def report_no_click(case: CaseInPlay, chosen: Chosen) -> None:
    """The resident says that it does not click; no reason is asked (MAT-08)."""
    case.do("matching", f"/matches/{chosen.match_id}/no-clicks", by=case.resident)


def pause(case: CaseInPlay, chosen: Chosen) -> None:
    """The supporter takes a break, and says so to the own organisation (QUA-08)."""
    case.do("matching", f"/supporters/{chosen.supporter_id}/pauses", by=voice_of(chosen))


def resume(case: CaseInPlay, chosen: Chosen) -> None:
    """They are back."""
    case.do("matching", f"/supporters/{chosen.supporter_id}/resumptions", by=voice_of(chosen))


def end_match(case: CaseInPlay, chosen: Chosen) -> None:
    """Somebody else is wanted for this question while this supporter is away; nobody's fault (QUA-09)."""
    case.do("matching", f"/matches/{chosen.match_id}/endings")


def leave(case: CaseInPlay, chosen: Chosen) -> None:
    """They stop."""
    case.do(
        "matching", f"/supporters/{chosen.supporter_id}/departures", {"erased": False}, by=voice_of(chosen)
    )


def voice_of(chosen: Chosen) -> Voice:
    """The supporter themselves."""
    return supporter_of(chosen.organisation, chosen.supporter_id)


def _agreed(case: CaseInPlay, search_id: str, option: Answer, *, says_no: bool) -> Chosen | None:
    """The resident chooses this option and both say yes; None when it came to nothing."""
    try:
        body = {"supporterId": option["supporterId"]}
        proposal = case.do("matching", f"/searches/{search_id}/choices", body)
    except Refusal as refusal:
        if refusal.title in ELSEWHERE_BUSY | {"NotAmongTheOptions", "NothingOffered"}:
            return None
        raise
    match_id = str(proposal["matchId"])
    supporter = supporter_of(option["organisation"], option["supporterId"])
    if says_no:
        case.do("matching", f"/matches/{match_id}/declines", {"by": "supporter"}, by=supporter)
        return None
    if option["organisation"] != case.organisation:
        at_consent.give_consent(case, option["organisation"])
    case.do("matching", f"/matches/{match_id}/acceptances", {"by": "resident"})
    try:
        case.do("matching", f"/matches/{match_id}/acceptances", {"by": "supporter"}, by=supporter)
    except Refusal as refusal:
        if refusal.title not in ELSEWHERE_BUSY:
            raise
        case.do("matching", f"/matches/{match_id}/declines", {"by": "supporter"}, by=supporter)
        return None
    return Chosen(option["supporterId"], option["organisation"], option["formality"], match_id)
