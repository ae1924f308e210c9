"""The `waakvlam` command: all commands together, and faults as words and exit codes."""

from __future__ import annotations

import sys

import typer

from deploy.addresses import BrokenAddresses
from deploy.commands import case, dead_letters, keys
from deploy.commands.balance import balance
from deploy.commands.demo import demo
from deploy.commands.doctor import doctor
from deploy.commands.erasures import erase, erasures
from deploy.commands.logboek import logboek
from deploy.commands.options import aside
from deploy.commands.partner import partner_credentials
from deploy.commands.pins import pins
from deploy.commands.provision import provision
from deploy.commands.rebuild import rebuild, rebuild_bus
from deploy.commands.status import status
from deploy.commands.test import test
from deploy.commands.token import token
from deploy.commands.trace import trace
from deploy.commands.up import up
from deploy.embedded.faults import AlreadyRunning, DataFolderRefused, ServerCannotStart
from deploy.exits import TEXT, Exit, Finished
from deploy.provision.report import ProvisionRefused
from deploy.servers import NotRunning

app = typer.Typer(
    name="waakvlam",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Cases of client support, from request to pilot-light check: services on a real bus.",
    epilog=f"Exit codes: {TEXT}",
)
app.command()(demo)
app.command()(up)
app.command()(status)
app.command()(provision)
app.command()(doctor)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(test)
app.add_typer(dead_letters.app, name="dead-letters")
app.command()(balance)
app.command()(rebuild)
app.command(name="rebuild-bus")(rebuild_bus)
app.add_typer(case.app, name="case")
app.add_typer(keys.app, name="keys")
app.command()(trace)
app.command()(erase)
app.command()(erasures)
app.command()(logboek)
app.command()(token)
app.command(name="partner-credentials")(partner_credentials)
app.command()(pins)

FAULTS: tuple[tuple[type[Exception], Exit], ...] = (
    (AlreadyRunning, Exit.ALREADY_RUNNING),
    (NotRunning, Exit.NOT_RUNNING),
    (BrokenAddresses, Exit.USAGE),
    (DataFolderRefused, Exit.USAGE),
    (ServerCannotStart, Exit.WRONG),
    (ProvisionRefused, Exit.WRONG),
)


def run(arguments: list[str]) -> int:
    """Run one command; its exit code. A fault that we know is said in words, any other with its traceback."""
    try:
        app(arguments, prog_name="waakvlam")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else Exit.OK
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except Finished as finished:
        if str(finished):
            _say(str(finished))
        return finished.code
    except tuple(kind for kind, _ in FAULTS) as fault:
        _say(str(fault))
        return next(code for kind, code in FAULTS if isinstance(fault, kind))
    return Exit.OK


def main() -> None:
    """The entry point."""
    sys.exit(int(run(sys.argv[1:])))


def _say(text: str) -> None:
    aside.print(text, markup=False)


if __name__ == "__main__":
    main()
