"""PostgreSQL's configuration files: closed, careful with the disk, and silent about what rows hold."""

from __future__ import annotations

from collections.abc import Mapping

# Written at every start, so that nothing loosened by hand stays loose.
CONFIGURATION = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = {max_connections}
shared_buffers = '64MB'
fsync = {fsync}
full_page_writes = on
synchronous_commit = on
wal_level = replica
min_wal_size = '64MB'
max_wal_size = '512MB'
io_method = 'sync'
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
default_transaction_isolation = 'read committed'
# Nothing that a row holds may reach the log: no statements, no parameters, no details.
log_statement = 'none'
log_min_error_statement = 'panic'
log_min_duration_statement = -1
log_error_verbosity = 'terse'
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_line_prefix = '%m [%p] %d '
log_checkpoints = off
"""
HOST_BASED_AUTHENTICATION = """\
# A password for everyone, the superuser included; from this machine only.
host  all  all  127.0.0.1/32  scram-sha-256
host  all  all  0.0.0.0/0     reject
host  all  all  ::/0          reject
"""


def configuration_files(port: int, max_connections: int, fsync: str) -> Mapping[str, str]:
    """Each file's name and whole text; `fsync` is on for every server that keeps something."""
    return {
        "postgresql.conf": CONFIGURATION.format(port=port, max_connections=max_connections, fsync=fsync),
        "postgresql.auto.conf": "",
        "pg_hba.conf": HOST_BASED_AUTHENTICATION,
        "pg_ident.conf": "",
    }
