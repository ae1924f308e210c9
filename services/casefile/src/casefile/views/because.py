"""Why something stands on a list, or a handover or match came to nothing: the half sentence for each code."""

from __future__ import annotations

PLACE_REASONS = {
    "new_part": "er nog niemand voor is",
    "supporter_paused": "de {supporter} even pauze heeft",
    "supporter_left": "de {supporter} is gestopt",
    "supporter_erased": "de gegevens van de {supporter} zijn gewist",
    "match_ended": "de koppeling is beëindigd",
    "consent_withdrawn": "de toestemming er niet meer is",
    "reopened": "het dossier opnieuw open is",
    "consent_expires": "een toestemming binnenkort afloopt",
    "breach_review": "iemand moet nagaan wie er keek zonder toestemming",
    "handover_declined": "de overdracht is afgewezen",
    "handover_cancelled": "de overdracht niet doorgaat",
    "handover_timed_out": "niemand op tijd ja zei tegen de overdracht",
    "handover_overdue": "het driegesprek te lang op zich laat wachten",
    "receiver_paused": "de ontvanger even pauze heeft",
    "choice_wanted": "er opnieuw gekozen moet worden",
    "nobody_fits": "er niemand is gevonden die past",
    "answer_overdue": "een antwoord uitbleef",
    "safety_risk": "er een veiligheidsrisico is gemeld",
    "safety_reaction_overdue": "nog niemand reageerde op een veiligheidsrisico",
    "extra_help_wanted": "er extra hulp nodig is",
    "waakvlam_due": "het tijd is voor het waakvlamcontact",
    "waakvlam_missed": "het waakvlamcontact nog niet is gedaan",
    "waakvlam_not_reached": "de inwoner niet is bereikt",
    "waakvlam_unassigned": "niemand het waakvlamcontact doet",
    "waakvlam_follow_up": "de inwoner meer nodig heeft",
    "erasure_due": "de bewaartermijn voorbij is",
    "waakvlam_silence": "het waakvlamcontact niet op tijd is aangekondigd",
}
CANCELLED_BECAUSE = {
    "withdrawn_by_giver": "de gever trok het aanbod in",
    "withdrawn_by_receiver": "de ontvanger zag er toch van af",
    "withdrawn_by_coordinator": "de coördinatie trok het aanbod in",
    "receiver_left": "de ontvanger is gestopt",
    "match_ended": "de koppeling is beëindigd",
    "consent_withdrawn": "de toestemming is er niet meer",
    "part_closed": "de deelvraag is afgesloten",
    "failed": "het is niet gelukt",
    "entered_in_error": "het was een vergissing",
}
ENDED_BECAUSE = {
    "no_click": "er was geen klik",
    "other_wanted": "er is iemand anders gewenst",
    "assignment_refused": "die kon niet doorgaan",
    "consent_ended": "de toestemming is er niet meer",
    "handover_declined": "de overdracht is afgewezen",
    "handover_cancelled": "de overdracht gaat niet door",
    "handover_timed_out": "niemand zei op tijd ja tegen de overdracht",
    "supporter_left": "de {supporter} is gestopt",
    "part_closed": "de deelvraag is afgesloten",
    "case_closed": "het dossier is gesloten",
}
EMERGENCY_BECAUSE = {
    "bg_danger_to_resident": "er was gevaar voor de inwoner",
    "bg_danger_to_others": "er was gevaar voor anderen",
    "bg_cannot_consent": "de inwoner kon geen toestemming geven en er was haast",
    "bg_statutory_duty": "de wet vroeg erom",
}
