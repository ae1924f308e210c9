"""The rules of a resident's sign-in, without a database; and that it loads as it was stored."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from tests.support.clock import START, later
from tests.support.given_when_then import fact, given, replayed, state_of
from tests.support.ids import a_person_id, an_id

from casefile.domain.pins import is_easy
from casefile.domain.resident_sign_in import WAITS, ChosenPin, ResidentSignIn
from casefile.domain.sign_in_errors import BoundAlready, NotSetUp, SignInFailed
from chassis.aggregates import DomainEvent
from chassis.store.mapper import from_snapshot, to_event, to_snapshot, to_stored

NOUR = a_person_id("Nour")
PIN = ChosenPin(salt="00", hash="11", n=16384, r=8, p=1)
UNTIL = later(days=14)


def nobody_yet() -> ResidentSignIn:
    return ResidentSignIn.begin_for(NOUR, START)


def handed(sign_in: ResidentSignIn | None = None, code: str = "c1", name: str = "n1") -> ResidentSignIn:
    found = sign_in or nobody_yet()
    found.issue_code(
        an_id("issue", code),
        code=code,
        name=name,
        handed="letter",
        valid_until=UNTIL,
        by_role="role_coordinator",
        now=START,
    )
    return found


def with_pin() -> ResidentSignIn:
    found = handed()
    found.choose_pin("c1", PIN, START)
    return found


def guessed(times: int) -> ResidentSignIn:
    found, now = with_pin(), START
    for _ in range(times):
        now = max(now, found.wait_until or now)
        found.sign_in("n1", pin_is_right=False, now=now)
    return found


def everything() -> ResidentSignIn:
    found = guessed(3)
    found.sign_in("n1", pin_is_right=True, now=later(days=1))
    found.bind("https://broker.example", "i1", later(days=1))
    found.sign_in_through_provider("i1", later(days=1))
    handed(found, "c2", "n2").choose_pin("c2", PIN, later(days=2))
    handed(found, "c3", "n3").revoke(by_role="role_resident", now=later(days=3))
    return handed(found, "c4", "n4")


def test_code_is_used_once() -> None:
    given(handed()).when(lambda it: it.choose_pin("c1", PIN, START)).then(
        fact(ResidentSignIn.PinChosen, code="c1", name="n1", former_name=None)
    )
    given(with_pin()).when(lambda it: it.choose_pin("c1", PIN, START)).then_refused(SignInFailed)


@pytest.mark.parametrize("code", ["c2", "n1", ""])
def test_another_code_is_none(code: str) -> None:
    given(handed()).when(lambda it: it.choose_pin(code, PIN, START)).then_refused(SignInFailed)
    given(nobody_yet()).when(lambda it: it.choose_pin(code, PIN, START)).then_refused(SignInFailed)


def test_code_has_its_time() -> None:
    given(handed()).when(lambda it: it.choose_pin("c1", PIN, UNTIL)).then_refused(SignInFailed)
    last = UNTIL - timedelta(microseconds=1)
    given(handed()).when(lambda it: it.choose_pin("c1", PIN, last)).then(ResidentSignIn.PinChosen)


def test_new_paper_ends_the_code_and_not_the_name() -> None:
    given(handed()).when(lambda it: handed(it, "c2", "n2")).then(
        fact(ResidentSignIn.CodeIssued, code="c2", replaces="c1")
    )
    waiting = handed(with_pin(), "c2", "n2")
    given(waiting).when(lambda it: it.sign_in("n1", pin_is_right=True, now=START)).then(
        ResidentSignIn.SignedIn
    )
    given(waiting).when(lambda it: it.choose_pin("c2", PIN, START)).then(
        fact(ResidentSignIn.PinChosen, name="n2", former_name="n1")
    )
    given(waiting).when(lambda it: it.sign_in("n1", pin_is_right=True, now=START)).then_refused(SignInFailed)


@pytest.mark.parametrize("wrong", range(3, len(WAITS) + 1))
def test_wait_grows_and_no_pin_is_looked_at_meanwhile(wrong: int) -> None:
    found = guessed(wrong)
    assert found.wait_until is not None
    just_before = found.wait_until - timedelta(seconds=1)

    assert not found.may_try("n1", just_before)
    assert found.may_try("n1", found.wait_until)
    given(found).when(lambda it: it.sign_in("n1", pin_is_right=True, now=just_before)).then_refused(
        SignInFailed
    )


def test_after_the_last_wait_only_a_new_code_helps() -> None:
    found = guessed(len(WAITS) + 1)
    assert found.is_locked
    given(found).when(lambda it: it.sign_in("n1", pin_is_right=True, now=later(days=9999))).then_refused(
        SignInFailed
    )

    handed(found, "c2", "n2").choose_pin("c2", PIN, later(days=1))

    assert not found.is_locked
    assert found.may_try("n2", later(days=1))


def test_right_pin_begins_the_count_anew_and_a_provider_does_not() -> None:
    found = guessed(2)
    found.bind("https://broker.example", "i1", START)
    found.sign_in_through_provider("i1", START)
    assert found.wrong_in_row == 2
    found.sign_in("n1", pin_is_right=True, now=START)
    assert found.wrong_in_row == 0


def test_binding_needs_a_sign_in_and_is_done_once() -> None:
    given(handed()).when(lambda it: it.bind("b", "i1", START)).then_refused(NotSetUp)
    bound = with_pin()
    bound.bind("b", "i1", START)
    given(bound).when(lambda it: it.bind("b", "i1", START)).then_refused(BoundAlready)
    given(bound).when(lambda it: it.sign_in_through_provider("i2", START)).then_refused(SignInFailed)


def test_revoked_opens_nothing_and_is_done_once() -> None:
    found = everything()
    given(found).when(lambda it: it.revoke(by_role="role_coordinator", now=later(days=4))).then(
        fact(ResidentSignIn.Revoked, code="c4", name=None, bindings=())
    )
    given(found).when(lambda it: it.revoke(by_role="role_coordinator", now=later(days=4))).then_refused(
        NotSetUp
    )
    assert not found.may_try("n4", later(days=4))


# PINs.


@for_all(st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_pin_with_one_or_two_digits_or_a_birth_year_is_easy(pin: str) -> None:
    assert is_easy(pin[0] * 6)
    assert is_easy((pin[0] + pin[1]) * 3)
    assert is_easy(pin[:3] * 2)
    assert is_easy("19" + pin[:4])
    assert is_easy(pin[:2] + "19" + pin[2:4])


@pytest.mark.parametrize("pin", ["482915", "739158", "915482", "48291573", "6083916"])
def test_other_pins_are_not(pin: str) -> None:
    assert not is_easy(pin)


def test_most_pins_may_be_chosen() -> None:
    """Else whoever guesses has less to guess than it seems."""
    assert sum(not is_easy(f"{number:06}") for number in range(0, 1_000_000, 7)) > 100_000


# As it is stored.


@pytest.mark.parametrize("make", [nobody_yet, handed, with_pin, everything])
def test_facts_and_snapshots_load_as_they_were(make: object) -> None:
    sign_in: ResidentSignIn = make()  # type: ignore[operator]  # one of the examples above
    events = [to_event(to_stored(event)) for event in sign_in.pending()]
    assert events == list(sign_in.pending())
    assert state_of(replayed(sign_in, events)) == state_of(sign_in)
    loaded = from_snapshot(to_snapshot(sign_in))
    assert loaded is not None
    assert state_of(loaded) == state_of(sign_in)


def test_names_under_which_facts_are_kept_never_change() -> None:
    kept = {
        value.TOPIC
        for value in vars(ResidentSignIn).values()
        if isinstance(value, type) and issubclass(value, DomainEvent) and value.__name__ != "Event"
    }
    assert kept == {
        f"casefile:ResidentSignIn.{name}"
        for name in "Begun CodeIssued PinChosen SignedIn WrongPin Bound Revoked".split()
    }
