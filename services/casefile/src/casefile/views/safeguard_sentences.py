"""Sentences about what protects a resident: emergency access, safety risks, ties, being spoken for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from casefile.views.because import EMERGENCY_BECAUSE
from casefile.views.words import Words

Facts = Mapping[str, Any]
HERE = ZoneInfo("Europe/Amsterdam")

RISKS = {
    "to_self": "een veiligheidsrisico voor de inwoner",
    "to_surroundings": "een veiligheidsrisico voor de omgeving",
}
GROUNDS = {
    "consent": "met toestemming",
    "vital_interest": "omdat er levensgevaar of ernstig gevaar was",
    "statutory_duty": "omdat de wet het vraagt",
}
PARTIES = {
    "resident": "de inwoner zelf",
    "carer": "de mantelzorger",
    "emergency_services": "de hulpdiensten",
}
CHANNELS = {
    "phone": "gebeld met",
    "meeting": "gesproken met",
    "conference_call": "samen gebeld met",
    "video_call": "met beeld gebeld met",
    "letter": "een brief gestuurd aan",
    "email": "een e-mail gestuurd aan",
}


def _risk_flagged(facts: Facts, words: Words) -> str:
    what = RISKS.get(str(facts.get("kind")), "een veiligheidsrisico")
    told = [_one_told(each, words) for each in facts.get("told", ()) if isinstance(each, Mapping)]
    knows = f" Verteld aan {'; '.join(told)}." if told else " Niemand anders is ingelicht."
    return f"Er is {what} gemeld{', met voorrang' if facts.get('priority') else ''}.{knows}"


def _one_told(told: Mapping[str, Any], words: Words) -> str:
    party = PARTIES.get(str(told.get("kind"))) or words.organisation(told.get("party"))
    ground = GROUNDS.get(str(told.get("ground")))
    return f"{party}, {ground}" if ground else party


def _reacted(facts: Facts, _words: Words) -> str:
    minutes = max(1, round(int(facts.get("after_seconds", 0)) / 60))
    took = f"{minutes} minuten" if minutes < 120 else f"{round(minutes / 60)} uur"
    return f"Op het veiligheidsrisico is gereageerd, na {took}."


def _glass_opened(facts: Facts, words: Words) -> str:
    because = EMERGENCY_BECAUSE.get(str(facts.get("reason")), "er was nood")
    until = datetime.fromisoformat(str(facts.get("until"))).astimezone(HERE)
    where = words.organisation(facts.get("organisation"))
    return (
        f"Iemand van {where} gebruikte noodtoegang tot dit dossier, tot {until:%H.%M} uur: {because}."
        " Iemand anders kijkt achteraf of dat terecht was."
    )


def _glass_reviewed(facts: Facts, words: Words) -> str:
    was = "terecht" if facts.get("verdict") == "justified" else "niet terecht"
    where = words.organisation(facts.get("organisation"))
    return f"Iemand anders, van {where}, keek de noodtoegang na: het was {was}."


def _represented(facts: Facts, words: Words) -> str:
    done = facts.get("represented")
    done = done if isinstance(done, Mapping) else {}
    how = CHANNELS.get(str(done.get("channel")), "contact gehad met")
    whom = words.organisation(done.get("authority"))
    written = str(done.get("channel")) in {"letter", "email"}
    with_whom = "; de inwoner zag de tekst en vond die goed" if written else "; de inwoner was erbij"
    return f"De {words.supporter} heeft namens de inwoner {how} {whom}{with_whom}."


SENTENCES: dict[str, Callable[[Facts, Words], str]] = {
    "SafetyRiskFlagged": _risk_flagged,
    "SafetyRiskReactedTo": _reacted,
    "SafetyReactionOverdue": lambda _f, _w: (
        "Op tijd reageerde niemand op het veiligheidsrisico; de coördinatie is er opnieuw op gewezen."
    ),
    "PersonalTieRecorded": lambda _f, _w: (
        "Iemand die de inwoner persoonlijk kent, kan dit dossier niet openen."
    ),
    "PersonalTieEnded": lambda _f, _w: "Een vastgelegde persoonlijke band geldt niet meer.",
    "CaseRestricted": lambda _f, _w: "Alleen een paar aangewezen mensen behandelen dit dossier.",
    "HandlersChanged": lambda _f, _w: "Er zijn andere mensen aangewezen om dit dossier te behandelen.",
    "RestrictionEnded": lambda _f, _w: "De hele coördinatie kan dit dossier weer zien.",
    "BreakGlassOpened": _glass_opened,
    "BreakGlassReviewOverdue": lambda _f, _w: "De noodtoegang is nog niet op tijd nagekeken.",
    "BreakGlassReviewed": _glass_reviewed,
    "BreakGlassBreachReviewOpened": lambda _f, _w: (
        "De noodtoegang telt als mogelijk datalek; dat wordt uitgezocht."
    ),
    "RepresentedInPresence": _represented,
    "ConsentCheckCodeGiven": lambda f, w: (
        f"Er is een code gegeven waarmee {w.organisation(f.get('authority'))} kan navragen of er"
        " toestemming is."
    ),
    "ConsentChecked": lambda f, w: (
        f"{w.organisation(f.get('authority'))} vroeg na of er toestemming is. Het antwoord was"
        f" {'ja' if f.get('answer') == 'yes' else 'nee'}, en niets meer."
    ),
}
PRESENCE = {
    "present": "Spreek alleen met de meedenker als de inwoner er zelf bij is.",
    "text_approved": "De inwoner heeft de tekst gezien en vindt die goed.",
    "none": "Dit kan zonder de inwoner, zolang niemand bij naam wordt genoemd.",
}
"""What a professional at the table is reminded of."""
