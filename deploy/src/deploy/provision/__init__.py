"""Makes what the services stand on — databases, roles, tables, stream, consumers — and says what differs.

Doing it again does nothing. What is there and different is said, and left alone unless it may be put right.
"""

from __future__ import annotations

from deploy.provision.report import ProvisionRefused, Report

__all__ = ["ProvisionRefused", "Report"]
