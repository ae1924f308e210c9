"""The means to open a service's sealed values from here: for making its views again, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chassis.keyring import KeyRing
from chassis.sealing import Sealer
from chassis.search import Tokens
from chassis.settings import ServiceSettings, read_key
from chassis.views.opening import Opening, OpeningView
from chassis.views.view import View
from deploy.embedded.faults import ServerCannotStart
from deploy.operating import Operations
from deploy.parties import Service
from deploy.service_environment import service_environment, settings_of


@contextmanager
def bound_view(view: View, service: Service, operations: Operations) -> Iterator[View]:
    """The view, bound to the keys that its service has when it opens values. Raises ServerCannotStart."""
    if not isinstance(view, OpeningView):
        yield view
        return
    kind = settings_of(service)
    made = service_environment(
        service, operations.folder, operations.servers, {}, port=1, adjustable=False, ours={}
    )
    prefix = str(kind.model_config.get("env_prefix", ""))
    names = [name for name in kind.model_fields if prefix + name.upper() in made]
    given: Any = {name: made[prefix + name.upper()] for name in names}
    settings = kind(**given)
    key_file = getattr(settings, "search_key_file", None)
    if not isinstance(settings, ServiceSettings) or key_file is None:
        raise ServerCannotStart(f"{service.name} has no key to make {view.name} with")
    ring = KeyRing.from_settings(settings)
    try:
        yield view.bind(Opening(Sealer(ring), Tokens(read_key(key_file), service.name)))
    finally:
        ring.close()
