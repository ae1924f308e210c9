"""nats-server's configuration: where it listens, what it keeps, and who may do what."""

from __future__ import annotations

from collections.abc import Sequence

from deploy.embedded.bus_accounts import BusAccount

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
    """An account with its users and their rights, as nats-server reads it."""
    users = []
    for user in account.users:
        publish = ", ".join(_quoted(subject) for subject in user.publish)
        subscribe = ", ".join(_quoted(subject) for subject in user.subscribe)
        password = f"${user.variable(account.name)}"
        users.append(
            f"      {{ user: {_quoted(user.name)}, password: {password}, permissions: {{\n"
            f"          publish: {{ allow: [{publish}] }},\n"
            f"          subscribe: {{ allow: [{subscribe}] }} }} }}\n"
        )
    return (
        f"  {_quoted(account.name)} {{\n    jetstream: enabled\n    users: [\n{''.join(users)}    ]\n  }}\n"
    )
