"""Who may do what with requests, in the words of the policies themselves."""

from __future__ import annotations

from tests.support.behaviours.policies import PoliciesBehave


class TestPolicies(PoliciesBehave):
    package = "intake"
