"""What is told of erasing somebody: when it was asked, what was answered, and that it was done (CON-17)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from casefile.views.dutch import day
from casefile.views.words import Words

Facts = Mapping[str, Any]

WHO = {"resident": "de inwoner", "carer": "de naaste", "supporter": "de {supporter}"}


def _who(facts: Facts, words: Words) -> str:
    return WHO.get(str(facts.get("capacity")), "iemand").format(supporter=words.supporter)


def _answered(facts: Facts, words: Words) -> str:
    who, until = _who(facts, words), facts.get("until")
    match facts.get("answer"):
        case "decided":
            return f"Besloten om de persoonsgegevens van {who} te wissen."
        case "delayed":
            when = f"vanaf {day(until)}" if until else "later"
            return f"Gevraagd om de persoonsgegevens van {who} te wissen. Dat mag {when}."
        case _:
            return (
                f"Gevraagd om de persoonsgegevens van {who} te wissen. Dat mag niet van de wet of afspraak."
            )


def _erased(facts: Facts, words: Words) -> str:
    return (
        f"De persoonsgegevens van {_who(facts, words)} zijn gewist."
        " Wat er gebeurde staat er nog, zonder naam en zonder woorden."
    )


ERASURE_SENTENCES: dict[str, Callable[[Any, Words], str]] = {
    "ErasureAnswered": _answered,
    "PersonErased": _erased,
    "SupporterErased": lambda _f, w: f"De gegevens van de {w.supporter} zijn gewist.",
}
