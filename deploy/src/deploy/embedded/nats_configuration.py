"""nats-server's configuration: where it listens, what it keeps, and who may do what."""

from __future__ import annotations

from collections.abc import Sequence

from deploy.embedded.bus_accounts import BusAccount, BusUser, Shown

# `listen` with an address: `port` alone would bind every one. `sync_interval: always`: without it an
# acknowledged
# message is gone after a power cut.
CONFIGURATION = """\
server_name: "waakvlam"
listen: "{listen}"
http: "{http}"
max_payload: 1MB
max_connections: 512
logtime_utc: true
jetstream {{
  store_dir: {store}
  sync_interval: always
  max_file_store: {max_file_store}
  max_memory_store: 64MB
}}
system_account: SYS
accounts {{
  SYS {{ users: [] }}
{accounts}}}
"""

# An organisation asks and acknowledges; it cannot take the connections of everybody else.
LIMITS = "    limits: { max_connections: 8, max_subscriptions: 64, max_payload: 4096 }\n"


def configuration_text(
    accounts: Sequence[BusAccount], *, listen: str, http: str, store: str, max_file_store: str = "8GB"
) -> str:
    """A whole nats-server.conf; passwords come from the variables that `BusUser.variable` names."""
    return CONFIGURATION.format(
        listen=listen,
        http=http,
        store=_quoted(store),
        max_file_store=max_file_store,
        accounts="".join(account_text(account) for account in accounts),
    )


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def account_text(account: BusAccount) -> str:
    """An account with its users and their rights, and what it shows and sees, as nats-server reads it."""
    lines = ["    jetstream: enabled\n"] if account.jetstream else [LIMITS]
    lines.append(f"    users: [\n{''.join(_user(account, user) for user in account.users)}    ]\n")
    if account.shows:
        lines.append(f"    exports: [\n{''.join(map(_export, account.shows))}    ]\n")
    if account.sees:
        lines.append(
            f"    imports: [\n{''.join(_import(owner, each) for owner, each in account.sees)}    ]\n"
        )
    return f"  {_quoted(account.name)} {{\n{''.join(lines)}  }}\n"


def _user(account: BusAccount, user: BusUser) -> str:
    password = f"${user.variable(account.name)}"
    return (
        f"      {{ user: {_quoted(user.name)}, password: {password}, permissions: {{\n"
        f"          publish: {_allowed(user.publish)},\n"
        f"          subscribe: {_allowed(user.subscribe)} }} }}\n"
    )


def _allowed(subjects: Sequence[str]) -> str:
    # An empty list of what is allowed would allow everything.
    if not subjects:
        return '{ deny: [">"] }'
    return f"{{ allow: [{', '.join(map(_quoted, subjects))}] }}"


def _export(shown: Shown) -> str:
    accounts = ", ".join(map(_quoted, shown.to))
    answers = ", response_type: Stream" if shown.many_answers else ""
    return f"      {{ {shown.kind}: {_quoted(shown.subject)}, accounts: [{accounts}]{answers} }}\n"


def _import(owner: str, shown: Shown) -> str:
    return f"      {{ {shown.kind}: {{ account: {_quoted(owner)}, subject: {_quoted(shown.subject)} }} }}\n"
