"""The portal in front of the real casefile, on a real database: what each role sees of a whole case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.portal.conftest import write_token
from tests.portal.serving import served
from tests.portal.test_list_of_cases import rows, words
from tests.portal.test_one_case import happenings
from tests.support.stack import ServiceDatabase

from chassis.signin import ORGANISATION_CLAIM
from portal.bootstrap import build
from portal.settings import Settings

pytest.importorskip("casefile", reason="casefile is not installed in this environment")


Lets = Callable[..., httpx2.Client]


@pytest.fixture
def as_somebody(service_database: Callable[[str], ServiceDatabase], tmp_path: Path) -> Iterator[Lets]:
    """Lets somebody look at the portal in a role, after a handover was completed."""
    from tests.casefile.telling import completed_handover
    from tests.support.running import running

    from casefile.bootstrap import build as build_casefile
    from casefile.settings import Settings as CasefileSettings

    casefile = running(build_casefile, CasefileSettings, service_database, tmp_path, organisation="smwo")
    completed_handover(casefile)
    casefile.look()
    token = tmp_path / "token"

    def signed_in(role: str, organisation: str = "smwo", subject: str = "f81d4fae") -> None:
        claims: dict[str, Any] = {"roles": [role], "sub": subject, ORGANISATION_CLAIM: organisation}
        write_token(token, casefile.provider.token(**claims))

    with served(casefile.service.app(lambda: [])) as address:
        site = build(Settings(http_port=1, casefile_url=address, token_file=token))
        with served(site) as portal, httpx2.Client(base_url=portal, trust_env=False) as browser:

            def looks(role: str, organisation: str = "smwo", subject: str = "f81d4fae") -> httpx2.Client:
                signed_in(role, organisation, subject)
                return browser

            yield looks
    casefile.close()


@pytest.fixture(params=["role_coordinator", "role_auditor"])
def seen(as_somebody: Lets, request: pytest.FixtureRequest) -> httpx2.Client:
    """Somebody of the organisation on whose list the case stands."""
    return as_somebody(request.param)


def test_list_shows_the_case(seen: httpx2.Client) -> None:
    page = seen.get("/zaken")

    assert page.status_code == 200, page.text
    [row] = rows(page.text)
    assert row.startswith("2741-9063 Gemeente Tholen netwerk Oosterschelde Zoekt meedenker")
    assert "Financiën Formele meedenker" in row
    assert "Op de lijst van de coördinator" in row
    assert "warme overdracht" in row


def test_case_shows_its_parts_and_its_history_in_dutch(seen: httpx2.Client) -> None:
    page = seen.get("/zaken/2741-9063")

    assert page.status_code == 200, page.text
    read = words(page.text)
    assert "1 meedenker erbij" in read
    assert "Op de lijst: nieuwe deelvraag" in read
    history = happenings(page.text)
    assert any("is geopend bij" in one and "uit: zaakdossier" in one for one in history)
    assert any("ja tegen ondersteuning" in one and "uit: aanmelding" in one for one in history)
    assert any("De warme overdracht is afgerond" in one for one in history)


def test_case_that_is_not_there_is_told_kindly(seen: httpx2.Client) -> None:
    assert seen.get("/zaken/3518-2043").status_code == 404


def test_supporter_of_one_part_reads_that_the_other_is_not_for_them(as_somebody: Lets) -> None:
    """CON-09; what is hidden is not shown as empty."""
    from tests.casefile.telling import as_supporter

    who = as_supporter("Farida")
    browser = as_somebody(who["role"], who["by"], who["subject"])

    [row] = rows(browser.get("/zaken").text)
    assert "Dit deel is niet voor u." in row
    assert "Op de lijst van de coördinator" not in row, "that is the part of nobody yet"
    page = browser.get("/zaken/2741-9063")
    assert page.status_code == 200
    assert "Dit deel is niet voor u." in page.text
    assert "Wat er verder in deze zaak gebeurde, is niet voor u." in page.text
    assert "nog niets vastgelegd" not in page.text


def test_another_organisation_sees_no_case_and_finds_none(as_somebody: Lets) -> None:
    """P17: a case of others reads as one that is not there."""
    browser = as_somebody("role_coordinator", "almata")

    assert rows(browser.get("/zaken").text) == []
    assert browser.get("/zaken/2741-9063").text == browser.get("/zaken/3518-2043").text


def test_who_steers_the_network_is_told_that_no_case_is_for_them(as_somebody: Lets) -> None:
    browser = as_somebody("role_network_coordinator")

    page = browser.get("/zaken")

    assert page.status_code == 403
    assert "geen rol die zaken mag inzien" in page.text
