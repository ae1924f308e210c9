"""Who may do what in a case, in the words of the policies themselves."""

from __future__ import annotations

from tests.support.behaviours.policies import PoliciesBehave


class TestPolicies(PoliciesBehave):
    package = "casefile"
