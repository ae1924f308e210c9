"""Dutch for the codes that casefile answers with. A code without words is shown as it is, never hidden."""

from __future__ import annotations

from collections.abc import Iterable

from contracts import codes

STILL_ON_THE_LIST = {
    "new_part": "nieuwe deelvraag",
    "supporter_paused": "meedenker heeft even pauze",
    "supporter_left": "meedenker is gestopt",
    "supporter_erased": "meedenker is gestopt",
    "match_ended": "koppeling is gestopt",
    "consent_withdrawn": "toestemming is ingetrokken",
    "consent_expires": "toestemming loopt binnenkort af",
    "breach_review": "nagaan wie er zonder toestemming keek",
    "reopened": "zaak is heropend",
    "handover_declined": "overdracht is niet aangenomen",
    "handover_cancelled": "overdracht is ingetrokken",
    "handover_timed_out": "geen antwoord op de overdracht",
    "handover_overdue": "overdracht duurt lang",
    "receiver_paused": "ontvanger heeft even pauze",
    "choice_wanted": "inwoner mag kiezen",
    "nobody_fits": "nog niemand die past",
    "answer_overdue": "een antwoord bleef uit",
    "safety_risk": "zorg over veiligheid",
    "safety_reaction_overdue": "nog geen reactie op zorg over veiligheid",
    "extra_help_wanted": "extra hulp gewenst",
    "waakvlam_due": "waakvlamcontact staat open",
    "waakvlam_missed": "waakvlamcontact gemist",
    "waakvlam_not_reached": "niet bereikt bij waakvlamcontact",
    "waakvlam_unassigned": "niemand voor waakvlamcontact",
    "waakvlam_follow_up": "nieuwe vraag bij waakvlamcontact",
    "waakvlam_silence": "waakvlamcontact bleef uit",
    "erasure_due": "bewaartermijn voorbij",
}
"""Why something stands on a coordinator's list."""

CHECKS = {
    "planned": "gepland",
    "due": "staat open",
    "missed": "gemist",
    "done": "gedaan",
    "stopped": "gaat niet door",
}
"""How a pilot-light check is."""

SERVICES = {
    "intake": "aanmelding",
    "casefile": "zaakdossier",
    "matching": "zoeken en kiezen",
    "notifications": "termijnen en berichten",
}
"""Which part of Waakvlam told it."""


def label(list_name: str, code: str) -> str:
    """What people read for a code of the catalogue."""
    try:
        return codes.label(list_name, code)
    except codes.UnknownCode:
        return code


def of_domains(domains: Iterable[str]) -> str:
    """``Wonen en werken``."""
    found = [label("life_domains", one) for one in domains]
    return joined([*found[:1], *(one[:1].lower() + one[1:] for one in found[1:])]) or "Deelvraag"


def joined(words: list[str]) -> str:
    """``a``, ``a en b``, ``a, b en c``."""
    return " en ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def place(code: str) -> str:
    """The name of a municipality or network by its id: ``noord_beveland`` → ``Noord-Beveland``."""
    return "-".join(word[:1].upper() + word[1:] for word in code.split("_"))
