"""The number that a resident hears on the phone: short, checked, and telling nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from contracts.number import NotANumber, complete, parse
from contracts.values import CaseNumber
from intake.domain.number import draw_number

NUMBERS = st.binary(min_size=8, max_size=8).map(lambda random: draw_number(random, complete))
SAMPLES = [draw_number(seed.to_bytes(8), complete) for seed in range(0, 9_000_000, 37_987)]


def wrong(typed: str) -> bool:
    try:
        parse(typed)
    except NotANumber:
        return True
    return False


def test_number_is_two_groups_of_four_digits() -> None:
    assert draw_number((1_741_906).to_bytes(8), complete) == "2741-9063"


@given(NUMBERS)
def test_number_is_read_back_and_fits_the_contract(number: str) -> None:
    assert parse(number) == number
    assert TypeAdapter(CaseNumber).validate_python(number) == number


@pytest.mark.parametrize(
    "typed", ["27419063", " 2741 9063 ", "2741-9063", "27 41 90 63", "2741–9063", "2741.9063", "٢٧٤١-٩٠٦٣"]
)
def test_number_may_be_typed_in_many_ways(typed: str) -> None:
    assert parse(typed) == "2741-9063"


def test_every_single_wrong_digit_is_caught() -> None:
    for number in SAMPLES:
        for place, right in enumerate(number):
            for other in "0123456789":
                if right not in {"-", other}:
                    assert wrong(number[:place] + other + number[place + 1 :])


def test_every_swap_of_neighbours_is_caught() -> None:
    for number in SAMPLES:
        digits = number.replace("-", "")
        for place in range(len(digits) - 1):
            one, two = digits[place], digits[place + 1]
            if one != two:
                assert wrong(digits[:place] + two + one + digits[place + 2 :])


def test_check_catches_more_than_nine_of_ten_guesses() -> None:
    right = sum(not wrong(f"{guess:08}") for guess in range(27_400_000, 27_410_000))
    assert right == 1_000


def test_a_weaker_check_would_be_noticed() -> None:
    """The negative control: a plain sum of digits misses every swap, so the test above can fail."""
    digits = SAMPLES[5].replace("-", "")
    swapped = digits[1] + digits[0] + digits[2:]
    assert sum(map(int, digits)) % 10 == sum(map(int, swapped)) % 10


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "has 0"),
        ("2741-906", "has 7"),
        ("2741-90630", "has 9"),
        ("2741-906O", "something else"),
        ("²741-9063", "something else"),
        ("0741-9063", "wrong digit"),
        ("2741-9061", "wrong digit"),
        ("9" * 100_000, "has 100"),
    ],
)
def test_refusal_says_why_and_repeats_nothing(typed: str, reason: str) -> None:
    with pytest.raises(NotANumber, match=reason) as refused:
        parse(typed)
    assert typed == "" or typed not in str(refused.value)


@given(st.text())
def test_any_text_is_a_number_or_refused(typed: str) -> None:
    if not wrong(typed):
        assert len(parse(typed)) == 9


def test_following_draws_show_no_order() -> None:
    """Chance is the only source: the same bytes give the same number, and nothing else enters."""
    assert draw_number(b"\x07" * 8, complete) == draw_number(b"\x07" * 8, complete)
    firsts = {number[0] for number in SAMPLES}
    assert firsts == set("123456789")


@pytest.mark.parametrize("digits", ["", "123456", "12345678", "0123456", "12345x7", "١٢٣٤٥٦٧"])
def test_only_seven_digits_are_completed(digits: str) -> None:
    with pytest.raises(NotANumber):
        complete(digits)


def test_too_little_chance_is_refused() -> None:
    with pytest.raises(ValueError, match="eight random bytes"):
        draw_number(b"1234567", complete)
