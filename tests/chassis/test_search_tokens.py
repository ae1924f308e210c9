"""Blind tokens: people are found however their name is spelled, and a token tells nothing without the key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql
from tests.support.stack import PostgresForTests

from chassis.search import NothingToLookFor, Tokens
from chassis.search.sound import sound_of
from chassis.search.spelling import digits_of, spelled, words

KEY = bytes(range(32))
TOKENS = Tokens(KEY, "lamps")


def finds(typed: str, **known: str) -> bool:
    return TOKENS.query(typed).fits(TOKENS.of(**known))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("El Idrissi", "Fatima Elidrissi"),
        ("Elidrissi", "Fatima El Idrissi"),
        ("el-idrissi", "Fatima El Idrissi"),
        ("Idrissi", "Fatima El Idrissi"),
        ("Idrissi", "Fatima Elidrissi"),
        ("Berg", "Jan Vandenberg"),
        ("el-idr", "Fatima Elidrissi"),
        ("Fatima El Idrissi", "Elidrissi, Fatima"),
        ("van den Berg", "Jan Vandenberg"),
        ("Vandenberg", "Jan van den Berg"),
        ("Berg", "Jan van den Berg"),
        ("'t Hart", "Piet Hart"),
        ("d’Hondt", "Lies Dhondt"),
        ("Abdel Kader", "Abdelkader Naji"),
        ("Abdelkader", "Abdel Kader Naji"),
        ("Meyer", "Piet Meijer"),
        ("Meĳer", "Piet Meyer"),
        ("ÇELIK", "Ayşe Çelik"),
        ("Muller", "Jörg Müller"),
        ("Lodz", "Anna Łódź"),
        ("Li", "Li Wei"),
        ("Wei Li", "Li Wei"),
        ("نور", "نور الخطيب"),
        ("ольга", "Ольга Шевченко"),
        ("Jansen", "Piet Janssens"),
        ("Visser", "Anna Fisser"),
        ("Hendrix", "Kees Hendriks"),
        ("Cees", "Kees Bos"),
        ("Bosch", "Kees Bos"),
        ("Mohamed", "Muhammad Aziz"),
        ("Schoenmakerstra", "Jan Schoenmakerstra"),
    ],
)
def test_a_name_is_found_in_another_spelling(typed: str, name: str) -> None:
    assert finds(typed, name=name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Sanne Visser", "Piet Visser"),
        ("Li", "Lisa Bakker"),
        ("Bakker", "Piet Visser"),
        ("issa", "Melissa Visser"),
    ],
)
def test_another_name_is_not(typed: str, name: str) -> None:
    assert not finds(typed, name=name)


@pytest.mark.parametrize("typed", ["5678", "06-12345678", "0612345678", "+31 6 1234 5678", "0031612345678"])
def test_a_phone_number_is_found_by_its_end_or_whole(typed: str) -> None:
    assert finds(typed, phone="+31 (0)6 - 1234 5678")
    assert not finds(typed, phone="06 1234 5679")


@pytest.mark.parametrize("typed", ["2741-9063", "27419063", "2741 9063", "Nour 2741-9063"])
def test_a_case_is_found_by_its_number(typed: str) -> None:
    assert finds(typed, name="Nour", number="2741-9063")
    assert not finds(typed, name="Nour", number="2741-9064")


def test_a_name_and_the_end_of_a_phone_number_narrow_each_other() -> None:
    assert finds("Visser 5678", name="Piet Visser", phone="0612345678")
    assert not finds("Visser 5678", name="Piet Visser", phone="0612340000")
    assert not finds("Visser 5678", name="Piet Bakker", phone="0612345678")


@pytest.mark.parametrize("typed", ["", " ", "a", "-", "12", "..", "😀", "\x00", "x y z"])
def test_a_text_without_anything_to_look_for_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(NothingToLookFor) as refused:
        TOKENS.query(typed)
    assert str(refused.value).startswith("needs a name")


@pytest.mark.parametrize(
    ("one", "other"),
    [("meyer", "meier"), ("dyk", "dyck"), ("vries", "fries"), ("schipper", "sgiper"), ("yousef", "youssef")],
)
def test_what_sounds_alike_has_one_code(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other) is not None


def test_a_word_that_says_too_little_has_no_sound() -> None:
    assert [sound_of(word) for word in ("aa", "eia", "نور", "b2b")] == [None] * 4


def test_spelling() -> None:
    assert words("Çelik-DIJKSTRA  O’Neill") == ["celik", "dykstra", "o", "neill"]
    assert [each.forms() for each in spelled("Jan van der Berg")] == [
        ["jan"],
        ["berg", "derberg", "vanderberg"],
    ]
    assert digits_of("+32 475 12 34 56") == "32475123456"


# What a token gives away.


def test_another_key_or_service_makes_other_tokens() -> None:
    mine = set(TOKENS.of(name="Nour el Khatib", phone="0612345678"))
    assert not mine & set(Tokens(bytes(32), "lamps").of(name="Nour el Khatib", phone="0612345678"))
    assert not mine & set(Tokens(KEY, "others").of(name="Nour el Khatib", phone="0612345678"))


def test_tokens_of_several_kinds_never_meet() -> None:
    assert not set(TOKENS.of(name="2741")) & set(TOKENS.of(phone="2741"))
    assert not finds("2741", name="Zeven 2741x")


def test_the_documented_leak_is_there() -> None:
    """Who holds the database sees equal names and equal beginnings; this is said, and here it is shown."""
    assert TOKENS.of(name="Nour") == TOKENS.of(name="nour")
    assert set(TOKENS.of(name="Visser")) & set(TOKENS.of(name="Visscher"))


# Whatever somebody is called.

NAMES = st.text(
    st.characters(categories=("L", "Mn"), max_codepoint=0x24F) | st.sampled_from(" -'’"), max_size=40
)


@given(NAMES)
def test_everybody_is_found_by_their_own_name(name: str) -> None:
    try:
        query = TOKENS.query(name)
    except NothingToLookFor:
        return
    assert query.fits(TOKENS.of(name=name))


@given(st.lists(st.sampled_from("jan van der berg el idrissi de vries abdel kader li".split()), max_size=5))
def test_found_by_every_word_its_beginning_and_all_glued(name: list[str]) -> None:
    known = TOKENS.of(name=" ".join(name))
    for each in spelled(" ".join(name)):
        for form in each.forms():
            if len(form) >= 3:
                assert TOKENS.query(form[:3]).fits(known)
            assert TOKENS.query(form).fits(known)


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_text_can_be_typed_and_stored(typed: str, phone: str) -> None:
    stored = TOKENS.of(name=typed, phone=phone, number=typed[:9])
    assert all(-(2**63) <= token < 2**63 for token in stored)
    try:
        TOKENS.query(typed).fits(stored)
    except NothingToLookFor:
        pass


# In a view.


@pytest.fixture
def table(postgres: PostgresForTests) -> Callable[[str], list[str]]:
    people = ["Jan van den Berg", "Fatima Elidrissi", "Piet Jansen", "Anna Janssens", "Li Wei"]
    url = postgres.database("people")
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("create table person (name text, tokens bigint[] not null)")
        conn.execute("create index on person using gin (tokens)")
        for name in people:
            conn.execute("insert into person values (%s, %s)", (name, TOKENS.of(name=name)))

    def ask(typed: str) -> list[str]:
        query = TOKENS.query(typed)
        condition, parameters = query.condition("tokens")
        close, more = query.closeness("tokens")
        statement: Any = sql.SQL("select name from person where {} order by {} desc, name").format(
            condition, close
        )
        with psycopg.connect(url) as conn:
            found = [str(row[0]) for row in conn.execute(statement, parameters | more)]
        assert sorted(found) == sorted(each for each in people if query.fits(TOKENS.of(name=each)))
        return found

    return ask


def test_the_condition_in_sql_is_the_one_in_python(table: Callable[[str], list[str]]) -> None:
    assert table("el idrissi") == ["Fatima Elidrissi"]
    assert table("berg") == ["Jan van den Berg"]
    assert table("wei li") == ["Li Wei"]
    assert table("niemand") == []


def test_the_closest_comes_first(table: Callable[[str], list[str]]) -> None:
    assert table("Janssens") == ["Anna Janssens", "Piet Jansen"]
    assert table("Jansen") == ["Piet Jansen", "Anna Janssens"]
