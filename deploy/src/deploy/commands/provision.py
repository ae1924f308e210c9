"""`waakvlam provision`: databases, roles, tables, functions, networks, stream, consumers."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Annotated

import typer

from deploy.addresses import Addresses
from deploy.commands.options import DATA, Data, addresses, answers, aside
from deploy.embedded.bus_accounts import all_accounts
from deploy.embedded.nats_configuration import account_text
from deploy.exits import Exit, Finished
from deploy.folder import DataFolder
from deploy.parties import SERVICES
from deploy.partners import partners_in
from deploy.provision.everything import provision_everything
from deploy.provision.report import Report
from deploy.run_file import RunFile
from deploy.servers import Servers, running_servers
from deploy.stack import target_of


def provision(
    data: Data = DATA,
    fix: Annotated[
        bool, typer.Option("--fix", help="Put right what differs, instead of only saying it.")
    ] = False,
    bus_accounts: Annotated[
        bool,
        typer.Option(
            "--bus-accounts", help="Only print the accounts that a nats-server of your own must have."
        ),
    ] = False,
) -> None:
    """Make what the services stand on; do it again and nothing happens.

    What is there and differs is said, line by line, with exit code 1; nothing is rewritten without --fix.
    Works on the servers that
    run on the data folder, else starts them for as long as it takes; or on servers of your own.

    Examples:
      ./waakvlam provision
      ./waakvlam provision --fix
      WAAKVLAM_POSTGRES_URL=postgresql://… WAAKVLAM_NATS_URL=nats://… ./waakvlam provision
    """
    folder = DataFolder(data)
    if bus_accounts:
        _print_accounts(folder)
        return
    report = Report(fix=fix, tell=lambda line: answers.print(line, markup=False))
    _provision(folder, addresses(), report)
    if report.nothing_to_do:
        answers.print("nothing to do")
    if report.drift:
        raise Finished(
            Exit.WRONG, f"{len(report.drift)} things differ; `waakvlam provision --fix` puts them right."
        )


def _provision(folder: DataFolder, given: Addresses, report: Report) -> None:
    if folder.is_held():
        running = RunFile.read(folder.run_file)
        servers = running_servers(folder, given, running)
        provision_everything(
            target_of(servers, adjustable=bool(running and running.adjustable_clock)), report
        )
        return
    with folder:
        servers = Servers(folder, given)
        embedded = servers.postgres is not None or servers.nats is not None
        with aside.status("starting the servers") if embedded else nullcontext():
            servers.start()
        try:
            provision_everything(target_of(servers), report)
        finally:
            servers.stop()


def _print_accounts(folder: DataFolder) -> None:
    """The accounts for nats-server.conf, and on standard error where each user's password is."""
    accounts = all_accounts(SERVICES, partners_in())
    folder.prepare()
    answers.print("accounts {\n" + "".join(map(account_text, accounts)) + "}", markup=False)
    for account in accounts:
        for user in account.users:
            folder.secrets.password(f"bus-{user.name}")
            path = folder.secrets.path(f"bus-{user.name}")
            aside.print(f"{user.variable(account.name)}: the text in {path}", markup=False)
