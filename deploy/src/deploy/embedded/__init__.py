"""Real PostgreSQL and nats-server from their wheels: loopback only, with passwords, gone with the command."""
