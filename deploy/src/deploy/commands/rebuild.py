"""`waakvlam rebuild` and `waakvlam rebuild-bus`: everything that is not an event can be made again."""

from __future__ import annotations

import asyncio
from importlib import import_module
from pkgutil import walk_packages
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from chassis.sharing.book import send_all_again
from chassis.views.building import rebuild as rebuild_beside
from chassis.views.view import View
from deploy.commands.options import DATA, Data, addresses, answers, aside
from deploy.exits import Exit, Finished
from deploy.opening import bound_view
from deploy.operating import ON_BUS, Operations
from deploy.parties import STREAM, Service
from deploy.partners import partners_in
from deploy.provision.bus import PARTNER_STREAMS, provision_bus, stream_wanted
from deploy.provision.report import Report

Name = Annotated[str, typer.Argument(help="Name of the view, as `rebuild --help` lists them, or `all`.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def views() -> dict[str, tuple[Service, View]]:
    """Every view of every service, by name; with the service's name before it where two have the same."""
    found: dict[str, tuple[Service, View]] = {}
    for service in ON_BUS:
        for view in import_module(f"{service.name}.views").VIEWS:
            name = view.name if view.name not in found else f"{service.name}.{view.name}"
            found[name] = (service, view)
    return found


def rebuild(view: Name, data: Data = DATA) -> None:
    """Make a view anew from the events, beside the running one, and switch to it; readers notice nothing.

    Examples:
      ./waakvlam rebuild worklist
      ./waakvlam rebuild all
    """
    known = views()
    if view != "all" and view not in known:
        raise Finished(Exit.USAGE, f"there is no view {view}; there are {', '.join(sorted(known))}, and all")
    operations = Operations(data, addresses())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=aside) as progress:
        for name in sorted(known) if view == "all" else [view]:
            service, wanted = known[name]
            _learn_events_of(service)
            task = progress.add_task(f"{service.name}: {name}", total=None)
            with (
                bound_view(wanted, service, operations) as view_with_means,
                operations.connected(service, "owner") as conn,
            ):
                done = rebuild_beside(
                    conn,
                    view_with_means,
                    api=service.api,
                    worker=service.worker,
                    progress=lambda so_far, total, task=task: progress.update(  # type: ignore[misc]
                        task, completed=so_far, total=max(total, so_far)
                    ),
                )
            progress.update(task, completed=done, total=max(done, 1))
            answers.print(f"{service.name}: {name} made from {done} events")


def _learn_events_of(service: Service) -> None:
    """Stored events are read by their topics, which a service's domain makes known when it is imported."""
    domain = import_module(f"{service.name}.domain")
    for module in walk_packages(domain.__path__, f"{domain.__name__}."):
        import_module(module.name)


def rebuild_bus(data: Data = DATA, yes: Yes = False) -> None:
    """Empty the bus and send everything again from the outboxes; consumers know what they heard already.

    Example:
      ./waakvlam rebuild-bus --yes
    """
    operations = Operations(data, addresses())
    if not yes and not typer.confirm("Remove the stream and send everything again?", err=True):
        raise Finished(Exit.WRONG, "nothing was done")
    asyncio.run(_anew(operations))
    for service in ON_BUS:
        with operations.connected(service, "worker") as conn:
            many = conn.execute("update store.outbox set sent_at = null").rowcount
            told = send_all_again(conn) if service.shares else 0
            conn.execute("notify waakvlam_saved")
        answers.print(f"{service.name}: {many} events are sent again")
        if told:
            answers.print(
                f"{service.name}: {told} messages to partners are sent again, where they still may be"
            )


async def _anew(operations: Operations) -> None:
    admin = operations.servers.bus_admin
    client = await admin.connect()
    try:
        jetstream = client.jetstream()
        for found in await jetstream.streams_info():
            name = str(found.config.name)
            if name == STREAM or name.startswith(PARTNER_STREAMS):
                await jetstream.delete_stream(name)
    finally:
        await client.close()
    wanted = stream_wanted(operations.servers.addresses.stream_bytes)
    await provision_bus(admin, ON_BUS, Report(), wanted=wanted, partners=partners_in())
