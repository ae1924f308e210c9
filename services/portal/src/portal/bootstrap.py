"""The only place where the portal is built and wired."""

from __future__ import annotations

from chassis.settings import load
from portal.casefile import Casefile
from portal.pages.app import portal_app
from portal.serving import Site
from portal.settings import Settings
from portal.token_file import TokenFile


def build(settings: Settings | None = None) -> Site:
    """The portal, ready to run; settings come from the environment unless given."""
    settings = settings or load(Settings)
    casefile = Casefile(settings.casefile_url, TokenFile(settings.token_file))
    return Site(settings, portal_app(casefile, demo=settings.clock_adjustable), casefile.close)
