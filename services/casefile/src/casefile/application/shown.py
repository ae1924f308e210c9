"""What people said and are called, opened for one answer, as far as the asker may see it (CON-03, CON-09)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from casefile.domain.case import CaseFile
from casefile.sealing import Sealing
from casefile.views.cases import CaseRow
from casefile.views.people import people_of
from chassis.access.access import Look
from chassis.access.scope import Scope

CONTACT, QUESTION = "dc_contact", "dc_question"


def names_in(
    look: Look, sealing: Sealing, rows: Sequence[tuple[CaseRow, Scope]]
) -> defaultdict[UUID, str | None]:
    """The residents' names of these cases by case, opened with one question to the key ring; None: unknown,
    erased, or not to be seen.
    """
    seen = [row.case_id for row, scope in rows if scope.sees_anywhere(CONTACT)]
    residents = people_of(look.conn, seen) if seen else {}
    names: defaultdict[UUID, str | None] = defaultdict(lambda: None)
    if residents:
        opened = sealing.opened_each([row.name for row in residents.values()])
        names |= dict(zip(residents, opened, strict=True))
        look.saw(persons=[row.person for row in residents.values()], categories=[CONTACT])
    return names


def questions_of(
    look: Look, sealing: Sealing, case: CaseFile, scope: Scope, *, hidden: bool
) -> list[dict[str, Any]]:
    """The question and "done when" of each part that may be seen; ``hidden`` tells that there are words."""
    parts = [part for part in case.parts.values() if any(one.covers(part.part_id) for one in scope.held)]
    shown = [part for part in parts if not hidden and scope.sees(part.part_id, QUESTION)]
    texts = sealing.opened_each(
        [text for part in shown for text in (part.asked.question, part.asked.done_when)]
    )
    if shown:
        look.saw(parts=[part.part_id for part in shown], categories=[QUESTION])
    opened = {part.part_id: (texts[2 * place], texts[2 * place + 1]) for place, part in enumerate(shown)}
    return [
        {
            "part_id": part.part_id,
            "question": opened.get(part.part_id, (None, None))[0],
            "done_when": opened.get(part.part_id, (None, None))[1],
            "hidden": part.part_id not in opened,
        }
        for part in parts
    ]
