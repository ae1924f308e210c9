"""One Dutch sentence for each thing that happened, from codes and ids; nobody is named (CON-16, SUP-18).

The network's own word for a supporter is used (PUB-01). A supporter is "de meedenker", a formal one "de
beroepskracht"; scaling has "redenen". What has no sentence yet is told by its label, never passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from casefile.views.because import CANCELLED_BECAUSE, ENDED_BECAUSE, PLACE_REASONS
from casefile.views.consent_sentences import CONSENT_SENTENCES
from casefile.views.dutch import day as _day
from casefile.views.dutch import listed as _listed
from casefile.views.dutch import minute as _minute
from casefile.views.dutch import said as _label
from casefile.views.erasure_sentences import ERASURE_SENTENCES
from casefile.views.safeguard_sentences import SENTENCES as OF_SAFEGUARDS
from casefile.views.words import Words

__all__ = ["SENTENCES", "Words", "sentence"]

Facts = Mapping[str, Any]


Sentence = Callable[[Facts, Words], str]


def sentence(kind: str, facts: Facts, words: Words) -> str:
    """What happened, in one sentence."""
    told = SENTENCES.get(kind)
    if told is not None:
        return told(facts, words)
    return f"{_label('domain_events', kind)}."


def _reasons(facts: Facts) -> str:
    codes = [_label("scaling_indications", code) for code in facts.get("indications", ())]
    return _listed([f"“{code}”" for code in codes])


def _who(supporter: object, words: Words) -> str:
    formal = isinstance(supporter, Mapping) and supporter.get("formality") == "formal"
    return "beroepskracht" if formal else words.supporter


def _by(facts: Facts, words: Words) -> str:
    return {"resident": "De inwoner", "supporter": f"De {words.supporter}", "receiver": "De ontvanger"}.get(
        str(facts.get("by")), "Iemand"
    )


def _scope(facts: Facts) -> str:
    return "de hele vraag" if len(facts.get("part_ids", ())) > 1 or "part_ids" in facts else "een deelvraag"


def _request_received(facts: Facts, words: Words) -> str:
    source = _label("referral_sources", facts.get("source")).lower()
    return f"Er kwam een vraag binnen via {source}, bij {words.organisation(facts.get('organisation'))}."


def _put_on_list(facts: Facts, words: Words) -> str:
    because = PLACE_REASONS.get(str(facts.get("reason")), str(facts.get("reason")))
    where = words.organisation(facts.get("organisation"))
    return f"Op de lijst van {where} gezet, omdat {because.format(supporter=words.supporter)}."


def _escalated(facts: Facts, words: Words) -> str:
    extra = " met voorrang" if facts.get("priority") else ""
    return f"Besloten om {_scope(facts)}{extra} op te schalen. Redenen: {_reasons(facts)}."


def _handover_completed(facts: Facts, words: Words) -> str:
    receiver = facts.get("receiver")
    organisation = receiver.get("organisation") if isinstance(receiver, Mapping) else ""
    giver = facts.get("giver")
    stays = f" De {_who(giver, words)} blijft betrokken." if facts.get("giver_stays") and giver else ""
    return (
        f"De warme overdracht is afgerond: de {_who(receiver, words)} van {words.organisation(organisation)}"
        f" is nu verantwoordelijk.{stays}"
    )


def _match_ended(facts: Facts, words: Words) -> str:
    """Matching tells that a match ended; the case file itself, without a part, who serves no longer."""
    if "part_id" not in facts:
        return "Wie bij die koppeling hoorde, helpt hier niet meer mee."
    because = ENDED_BECAUSE.get(str(facts.get("reason")))
    return f"De koppeling is beëindigd{f': {because}' if because else ''}.".format(supporter=words.supporter)


def _handover_offered(facts: Facts, words: Words) -> str:
    receiver = facts.get("receiver")
    organisation = receiver.get("organisation") if isinstance(receiver, Mapping) else ""
    return (
        f"Een warme overdracht is aangeboden aan de {_who(receiver, words)} van"
        f" {words.organisation(organisation)}; antwoord uiterlijk {_day(facts.get('answer_by'))}."
    )


def _talk_held(facts: Facts, _words: Words) -> str:
    roles = [_label("app_roles", role).lower() for role in facts.get("participant_roles", ())]
    return f"Het driegesprek is gevoerd met {_listed(roles)}."


def _assigned(facts: Facts, words: Words) -> str:
    supporter = facts.get("supporter")
    organisation = supporter.get("organisation") if isinstance(supporter, Mapping) else ""
    return (
        f"De {_who(supporter, words)} van {words.organisation(organisation)}"
        " is nu verantwoordelijk voor een deelvraag."
    )


def _planned(facts: Facts, _words: Words) -> str:
    again = f", daarna elke {facts['every_days']} dagen" if facts.get("every_days") else ""
    return f"Afgesproken: waakvlamcontact op {_day(facts.get('due_at'))}{again}."


def _part_added(facts: Facts, _words: Words) -> str:
    part = facts.get("part")
    domains = part.get("life_domains", ()) if isinstance(part, Mapping) else ()
    about = _listed([_label("life_domains", domain).lower() for domain in domains])
    what = f"Een deelvraag over {about}" if about else "Een deelvraag"
    return f"{what} is toegevoegd, met een afspraak wanneer die klaar is."


def _logged(facts: Facts, words: Words) -> str:
    return (
        f"De {words.supporter} legde een contact vast: {_label('contact_kinds', facts.get('kind')).lower()}."
    )


def _options_offered(facts: Facts, words: Words) -> str:
    options = facts.get("options")
    many = (
        len(options) if isinstance(options, list | tuple) else options if isinstance(options, int) else None
    )
    if many == 1:
        return f"De inwoner kreeg één mogelijke {words.supporter} voorgesteld."
    count = f"{many} mogelijkheden" if many else "mogelijkheden"
    return f"De inwoner kreeg {count} om uit te kiezen."


SENTENCES: dict[str, Sentence] = {
    **OF_SAFEGUARDS,
    "RequestReceived": _request_received,
    "RightExplained": lambda _f, _w: (
        "Aan de inwoner is uitgelegd dat hulp een recht is, vrijwillig en gratis."
    ),
    "SupportAccepted": lambda _f, _w: "De inwoner zei ja tegen ondersteuning en gaf toestemming.",
    "RequestDeclinedByResident": lambda _f, _w: "De inwoner wil geen ondersteuning.",
    "Opened": lambda f, w: (
        f"Het dossier {f.get('number')} is geopend bij {w.organisation(f.get('organisation'))}."
    ),
    "PartAdded": _part_added,
    "PutOnList": _put_on_list,
    "TakenOffList": lambda _f, _w: "Van de lijst van de coördinatie gehaald.",
    "Claimed": lambda _f, _w: "Een coördinator is ermee bezig.",
    "ClaimEnded": lambda _f, _w: "De coördinator is er niet meer mee bezig; het staat nog op de lijst.",
    "OptionsOffered": _options_offered,
    "UnmetNeedRecorded": lambda _f, _w: "Er was niemand die past; dat is vastgelegd als onvervulde behoefte.",
    "OptionChosen": lambda _f, _w: "De inwoner maakte een keuze.",
    "MatchProposed": lambda _f, w: f"De koppeling is voorgesteld aan de {w.supporter}.",
    "MatchAccepted": lambda f, w: f"{_by(f, w)} zei ja tegen de koppeling.",
    "MatchDeclined": lambda f, w: f"{_by(f, w)} zei nee tegen de koppeling.",
    "VolunteerMatched": lambda f, _w: (
        f"Gekoppeld aan een {_label('supporter_kinds', f.get('kind')).lower()}; beiden zeiden ja."
    ),
    "FormalSupporterMatched": lambda f, w: (
        f"Gekoppeld aan een beroepskracht van {w.organisation(f.get('organisation'))}; beiden zeiden ja."
    ),
    "NoClickReported": lambda _f, _w: "Er was geen klik. Dat heeft geen uitleg nodig.",
    "MatchEnded": _match_ended,
    "AnswerOverdue": lambda _f, _w: (
        "Een antwoord van een andere dienst bleef uit; de coördinatie kijkt ernaar."
    ),
    "SupporterAssigned": _assigned,
    "SupporterAdded": lambda f, w: f"Er denkt ook een {_who(f.get('supporter'), w)} mee.",
    "AssignmentRefused": lambda _f, _w: "De koppeling kon niet doorgaan.",
    "MatchRefused": lambda _f, _w: "De koppeling kon niet doorgaan: dit dossier bestaat niet.",
    "Logged": _logged,
    "IndicationObserved": lambda f, _w: (
        f"Reden gezien: “{_label('scaling_indications', f.get('indication'))}”, gemeld door"
        f" {_label('app_roles', f.get('reported_by_role')).lower()}."
    ),
    "ScalingRefused": lambda f, _w: (
        f"De inwoner wil niet {'opschalen' if f.get('direction') == 'up' else 'afschalen'};"
        " dat wordt gerespecteerd."
    ),
    "PartEscalated": _escalated,
    "WholeEscalated": _escalated,
    "PartDeEscalated": lambda f, _w: f"Besloten om een deelvraag af te schalen. Redenen: {_reasons(f)}.",
    "WholeDeEscalated": lambda f, _w: f"Besloten om de hele vraag af te schalen. Redenen: {_reasons(f)}.",
    "ExtraHelpAsked": lambda f, _w: f"Extra hulp gevraagd. Redenen: {_reasons(f)}.",
    "AnswerCame": lambda f, _w: (
        "Er zijn mogelijkheden gevonden." if f.get("somebody_fits") else "Er is niemand gevonden die past."
    ),
    "HandoverOffered": _handover_offered,
    "HandoverAccepted": lambda _f, _w: (
        "De ontvanger zei ja tegen de overdracht. Tot na het driegesprek blijft de gever verantwoordelijk."
    ),
    "HandoverPlanned": lambda f, _w: f"Het driegesprek is gepland op {_minute(f.get('planned_at'))}.",
    "ThreeWayTalkHeld": _talk_held,
    "HandoverCompleted": _handover_completed,
    "HandoverRested": lambda _f, _w: "De overdracht ligt even stil.",
    "HandoverResumed": lambda _f, _w: "De overdracht gaat weer verder.",
    "HandoverDeclined": lambda f, w: f"{_by(f, w)} zei nee tegen de overdracht; er wordt opnieuw gekozen.",
    "HandoverCancelled": lambda f, _w: (
        f"De overdracht gaat niet door: {CANCELLED_BECAUSE.get(str(f.get('reason')), 'ingetrokken')}."
    ),
    "HandoverTimedOut": lambda _f, _w: (
        "Niemand antwoordde op tijd op de overdracht; er wordt opnieuw gekozen."
    ),
    "SupporterPaused": lambda _f, w: f"De {w.supporter} heeft even pauze.",
    "SupporterResumed": lambda _f, w: f"De {w.supporter} is weer beschikbaar.",
    "SupporterLeft": lambda f, w: (
        f"De gegevens van de {w.supporter} zijn gewist."
        if f.get("erased")
        else f"De {w.supporter} is gestopt."
    ),
    **CONSENT_SENTENCES,
    **ERASURE_SENTENCES,
    "PartClosed": lambda f, _w: (
        f"Een deelvraag is afgesloten: {_label('close_reasons', f.get('reason')).lower()}."
    ),
    "Closed": lambda f, _w: f"Het dossier is gesloten: {_label('close_reasons', f.get('reason')).lower()}.",
    "Reopened": lambda _f, _w: "Het dossier is heropend; toestemming en keuze worden opnieuw gevraagd.",
    "WaakvlamDeclined": lambda _f, _w: "De inwoner wil geen waakvlamcontact; hulp blijft beschikbaar.",
    "WaakvlamPlanned": _planned,
    "WaakvlamCheckDue": lambda _f, _w: "Het is tijd voor het waakvlamcontact.",
    "CheckFellDue": lambda _f, _w: "Het waakvlamcontact staat op de lijst.",
    "WaakvlamMissed": lambda _f, _w: "Het waakvlamcontact is niet op tijd gedaan.",
    "CheckMissed": lambda _f, _w: "Het waakvlamcontact staat als gemist op de lijst.",
    "CheckDone": lambda f, _w: (
        f"Waakvlamcontact gedaan: {_label('waakvlam_outcomes', f.get('outcome')).lower()}."
    ),
    "CheckReassigned": lambda f, _w: (
        "Iemand anders doet het waakvlamcontact."
        if f.get("responsible")
        else "Voor het waakvlamcontact wordt iemand anders gezocht."
    ),
    "CheckStopped": lambda _f, _w: "Er komt geen waakvlamcontact meer.",
}
