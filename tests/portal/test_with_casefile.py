"""The portal in front of the real casefile, on a real database: what a coordinator sees of a whole case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from tests.portal.conftest import write_token
from tests.portal.serving import served
from tests.portal.test_list_of_cases import rows, words
from tests.portal.test_one_case import happenings
from tests.support.stack import ServiceDatabase

from portal.bootstrap import build
from portal.settings import Settings

pytest.importorskip("casefile", reason="casefile is not installed in this environment")


@pytest.fixture
def seen(service_database: Callable[[str], ServiceDatabase], tmp_path: Path) -> Iterator[httpx2.Client]:
    """Somebody who looks at the portal, as an auditor, after a handover was completed."""
    from tests.casefile.telling import completed_handover
    from tests.support.running import running

    from casefile.bootstrap import build as build_casefile
    from casefile.settings import Settings as CasefileSettings

    casefile = running(build_casefile, CasefileSettings, service_database, tmp_path, organisation="smwo")
    completed_handover(casefile)
    casefile.look()
    token = tmp_path / "token"
    write_token(token, casefile.provider.token(roles=["role_auditor"]))
    with served(casefile.service.app(lambda: [])) as address:
        site = build(Settings(http_port=1, casefile_url=address, token_file=token))
        with served(site) as portal, httpx2.Client(base_url=portal, trust_env=False) as browser:
            yield browser
    casefile.close()


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
