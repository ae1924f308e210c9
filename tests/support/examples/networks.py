"""A small invented network as a person would write it, and ways to change or break it."""

from __future__ import annotations

from pathlib import Path

from contracts.network import Network
from deploy.networks import load

A_NETWORK = """\
id: polder
name: Meedenkers De Polder
word_for_supporter: meedenker
languages: [nl, en]

wording:
  network: de meedenkers in De Polder
  supporters: meedenkers
  informal_supporter: informele meedenker
  formal_supporter: formele meedenker
  coordination: het coördinatiepunt
  waakvlam: waakvlamcontact
  paused: even pauze
  scaled_up: er denkt ook een beroepskracht mee
  free_and_a_right: Een meedenker is gratis en je hebt er recht op.

municipalities:
  - {id: noorddijk, name: Noorddijk}
  - {id: zuidsluis, name: Zuidsluis}

organisations:
  - id: steunpunt
    name: Steunpunt De Polder
    earlier_names: [Steunpunt Noorddijk]
    roles:
      - type: formal_oco
        does: [coordinates, receives, supports]
        municipalities: [all]
        offers: [formal]
        valid_from: 2020-01-01
      - type: aspects
        does: [contributes, refers]
        municipalities: [noorddijk]
        valid_from: 2021-01-01
  - id: buurtkracht
    name: Buurtkracht
    roles:
      - type: informal_facility
        does: [receives, supports]
        municipalities: [noorddijk, zuidsluis]
        offers: [informal]
        valid_from: 2020-01-01
        valid_until: 2025-12-31
      - type: informal_facility
        does: [receives, supports]
        municipalities: [zuidsluis]
        offers: [informal]
        valid_from: 2026-01-01
  - id: herstelhuis
    name: Herstelhuis
    waakvlam: false
    roles:
      - type: formal_oco
        does: [supports]
        municipalities: [all]
        offers: [formal, informal]
        focus: [ggz]
        individual_agreement: true
        valid_from: 2024-03-01
  - id: gemeente_noorddijk
    name: Gemeente Noorddijk
    roles:
      - type: municipality
        does: [steers, finances, refers]
        municipalities: [noorddijk]
        valid_from: 2020-01-01

covenants:
  - id: samen
    name: Samen in De Polder
    valid_from: 2021-01-01
    valid_until: 2026-12-31
    partners:
      - {organisation: steunpunt}
      - {organisation: buurtkracht}
      - {organisation: herstelhuis, valid_from: 2024-03-01, valid_until: 2026-06-30}

doors:
  - id: website
    label: Website
    routes:
      - {municipalities: [all], receives: steunpunt, fallbacks: [buurtkracht]}
  - id: walk_in
    label: Inloop
    routes:
      - {municipalities: [noorddijk], receives: buurtkracht, fallbacks: [steunpunt]}
      - {municipalities: [zuidsluis], receives: buurtkracht, fallbacks: [steunpunt]}

switches:
  waakvlam: true
  advocacy: false
  formal_only_tasks: strict
  case_manager: when_needed
  matching: pool
  start_after_three_way_talk: false

intervals:
  answer_within: PT15M
  receive_within: P1D
  offer_within: P2D
  match_answer_within: P5D
  handover_answer_within: P1W
  handover_talk_within: P14D
  waakvlam_after: [P30D, P91D, P365D]
  waakvlam_done_within: P14D
  waakvlam_retry_after: P1DT12H
  consent_reminder_before: P14D

tariffs:
  - {code: reim_hour, per: hour, amount_cents: 450, valid_from: 2020-01-01, valid_until: 2022-12-31}
  - {code: reim_hour, per: hour, amount_cents: 500, valid_from: 2023-01-01}
  - {code: reim_travel, per: actual_costs, valid_from: 2020-01-01}

consent_texts:
  - id: aanmelding
    purpose: cp_intake
    version: 1
    language: nl
    valid_from: 2020-01-01
    text: Ik vind het goed dat het coördinatiepunt mijn aanmelding met mij bespreekt.
  - id: ondersteuning
    purpose: cp_support
    version: 1
    language: nl
    valid_from: 2020-01-01
    text: Ik wil graag dat een meedenker mij helpt. Ik kies daar zelf voor.
  - id: ondersteuning
    purpose: cp_support
    version: 2
    language: nl
    valid_from: 2025-01-01
    text: Ik wil graag dat een meedenker mij helpt. Ik kies zelf en het kost mij niets.
  - id: ondersteuning
    purpose: cp_support
    version: 2
    language: en
    valid_from: 2025-01-01
    text: I would like a co-thinker to help me. It is my own choice and it is free.
  - id: zoeken
    purpose: cp_matching
    version: 1
    language: nl
    valid_from: 2020-01-01
    text: Ik vind het goed dat iemand een meedenker zoekt die bij mij past.
  - id: overdracht
    purpose: cp_handover
    version: 1
    language: nl
    valid_from: 2020-01-01
    text: Ik vind het goed dat mijn meedenker mijn vraag aan iemand anders overdraagt.
  - id: waakvlam
    purpose: cp_waakvlam
    version: 1
    language: nl
    valid_from: 2020-01-01
    text: Ik vind het goed dat een meedenker later nog eens vraagt hoe het gaat.

representation:
  ages:
    - {who: representative, below_age: 12, valid_from: 2020-01-01}
    - {who: together, from_age: 12, below_age: 16, valid_from: 2020-01-01}
    - {who: self, from_age: 16, valid_from: 2020-01-01}
  kinds:
    - {kind: rk_parent, below_age: 16, valid_from: 2020-01-01}
    - {kind: rk_administrator, purposes: [cp_represent], valid_from: 2022-01-01}
"""


def with_change(old: str, new: str, text: str = A_NETWORK) -> str:
    """The file with the first ``old`` replaced; it has to be there. A ``§`` in ``new`` is left out."""
    return marked_change(old, new, text)[0]


def marked_change(old: str, new: str, text: str = A_NETWORK) -> tuple[str, int]:
    """The file with the first ``old`` replaced, and the line where ``new`` has a ``§`` (0 for none)."""
    assert old in text, old
    marked = text.replace(old, new, 1)
    place = marked.find("§")
    return marked.replace("§", ""), marked.count("\n", 0, place) + 1 if place >= 0 else 0


def a_file(folder: Path, text: str | bytes = A_NETWORK, name: str = "polder.yaml") -> Path:
    """The text in a file of that name."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def a_network(folder: Path, text: str = A_NETWORK) -> Network:
    """The network in the text."""
    return load(a_file(folder, text))
