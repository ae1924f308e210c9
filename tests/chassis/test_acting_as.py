"""Somebody with several roles says in which one they ask; nobody acts in a role that is not theirs."""

from __future__ import annotations

import pytest
from tests.support.ids import an_id

from chassis.signin import Principal, RoleNotChosen, RoleNotHeld, acting_as

BOTH = Principal("s", "welzijn", frozenset({"coordinator", "supporter"}))


def test_who_has_one_role_acts_in_it() -> None:
    one = Principal("s", "welzijn", frozenset({"coordinator"}))

    assert one.role == "coordinator"
    assert acting_as(one, None) == acting_as(one, "coordinator") == one


def test_who_has_several_roles_says_which() -> None:
    assert BOTH.role == ""
    assert acting_as(BOTH, "supporter").role == "supporter"
    assert acting_as(BOTH, "supporter").roles == BOTH.roles
    with pytest.raises(RoleNotChosen):
        acting_as(BOTH, None)


@pytest.mark.parametrize("named", ["auditor", "", "Coordinator", "coordinator ", "coordinator,supporter"])
def test_role_that_is_not_held_is_not_acted_in(named: str) -> None:
    for who in (BOTH, Principal("s", "welzijn"), Principal("s", "welzijn", frozenset({"coordinator"}))):
        with pytest.raises(RoleNotHeld):
            acting_as(who, named)


def test_who_has_no_role_acts_in_none() -> None:
    assert acting_as(Principal("s", "welzijn"), None).role == ""


def test_person_and_staff_cannot_be_mixed() -> None:
    person = an_id("person", 1)
    Principal("s", "-", frozenset({"resident"}), kind="person", person=person, represents=an_id("person", 2))

    with pytest.raises(ValueError, match="person id"):
        Principal("s", "-", kind="person")
    with pytest.raises(ValueError, match="person id"):
        Principal("s", "welzijn", person=person)
    with pytest.raises(ValueError, match="represents nobody"):
        Principal("s", "welzijn", represents=person)
    with pytest.raises(ValueError, match="who holds it"):
        Principal("s", "welzijn", frozenset({"supporter"}), "auditor")
