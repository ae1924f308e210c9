"""`waakvlam partner-credentials`: what an organisation needs to take its messages from the bus, as a file."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Annotated

import typer

from contracts.bus import CHECKPOINTS
from deploy.commands.options import DATA, Data, addresses, answers
from deploy.exits import Exit, Finished
from deploy.folder import DataFolder
from deploy.parties import Partner
from deploy.partners import partners_in
from deploy.run_file import RunFile
from deploy.secret_files import Secrets


def partner_credentials(
    organisation: Annotated[
        str, typer.Argument(help="The organisation's id in its network's configuration.")
    ],
    into: Annotated[
        Path | None,
        typer.Option(
            "--into", help="Folder for the file.", show_default="here", file_okay=False, exists=True
        ),
    ] = None,
    data: Data = DATA,
) -> None:
    """Write a file with which an organisation reaches its own account on the bus.

    Only you can read the file: it holds the password. Hand it over in a way that you would use for a key.
    Again: the same file.

    Examples:
      ./waakvlam partner-credentials smwo
      ./waakvlam partner-credentials oco_almere --into /media/key
    """
    partner = partner_named(organisation)
    folder = DataFolder(data)
    folder.prepare()
    running = RunFile.read(folder.run_file) if folder.is_held() else None
    url = addresses().nats_url or (running.nats if running else None)
    if url is None:
        raise Finished(
            Exit.NOT_RUNNING, f"nothing runs on {folder.path}, so the address of the bus is not known yet"
        )
    told = credentials(partner, url.rpartition("@")[2], folder.secrets.password(f"bus-{partner.user}"))
    secrets = Secrets((into or Path()).resolve())
    path = secrets.write(
        f"waakvlam-{partner.organisation}.json", (json.dumps(told, indent=2) + "\n").encode()
    )
    answers.print(str(path), markup=False)


def credentials(partner: Partner, address: str, password: str) -> dict[str, object]:
    """The file's content: where, who, and what there is to take."""
    own = {"stream": partner.stream, "consumer": partner.consumer, "subjects": partner.subjects}
    return {
        "url": address if "://" in address else f"nats://{address}",
        "user": partner.user,
        "password": password,
        "checkpoints": CHECKPOINTS,
        **(own if partner.may_be_told else {}),
    }


def partner_named(organisation: str) -> Partner:
    """The organisation of that id. Raises Finished (wrong usage), with those that it may have meant."""
    known = {partner.organisation: partner for partner in partners_in()}
    if organisation in known:
        return known[organisation]
    close = difflib.get_close_matches(organisation.lower(), known, n=3, cutoff=0.6)
    meant = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(known)}"
    raise Finished(Exit.USAGE, f"no network has an organisation {organisation}; {meant}")
