"""Looking for planted texts wherever they could have leaked to, in every spelling that software gives."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

LETTERS = "bcdfghjklmnpqrstvwxz"


class Canaries:
    """Texts that occur nowhere else, by what they stand for.

    All share a mark, so that a searcher reads a file for that first: one mark in letters, one in digits.
    """

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}
        self.marks = (_letters(9), f"06{secrets.randbelow(10**5):05d}")

    def name(self, what: str) -> str:
        """A name of two words."""
        return self._plant(what, f"Kanarië {(self.marks[0] + _letters(5)).capitalize()}")

    def phone(self, what: str) -> str:
        """A telephone number."""
        return self._plant(what, f"{self.marks[1]}{len(self.planted):03d}")

    def words(self, what: str) -> str:
        """Something that somebody said."""
        return self._plant(what, f"Zij zei: “{self.marks[0]}{_letters(5)}” – én toen 10% & <meer>")

    def _plant(self, what: str, text: str) -> str:
        assert what not in self.planted
        self.planted[what] = text
        return text


def _letters(many: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(many))


def spellings(text: str) -> set[bytes]:
    """The text as bytes: plain, as JSON, in an address, as UTF-16, base64 at each offset, and as hex.

    Beside the whole text its most telling word counts, which no software breaks up.
    """
    found: set[bytes] = set()
    for each in {text, max(text.replace("“", " ").replace("”", " ").split(), key=len)}:
        plain = each.encode()
        wide = [each.encode("utf-16-le"), each.encode("utf-16-be")]
        found |= {plain, *wide, json.dumps(each)[1:-1].encode(), each.lower().encode(), each.upper().encode()}
        found |= {quote(each).encode(), quote_plus(each).encode(), quote(each, safe="").lower().encode()}
        for raw in (plain, *wide):
            found |= {raw.hex().encode(), raw.hex().upper().encode()}
            found |= set(_base64_within(raw))
    return {spelling for spelling in found if len(spelling) >= 7}


def _of_mark(mark: str) -> set[bytes]:
    return spellings(mark) | spellings(mark.capitalize())


def _base64_within(raw: bytes) -> Iterator[bytes]:
    """As it would stand inside the base64 of something longer, whatever stands before it."""
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + raw)
        start, end = (offset * 8 + 5) // 6, ((offset + len(raw)) * 8) // 6
        inside = coded[start:end]
        yield inside
        yield inside.translate(bytes.maketrans(b"+/", b"-_"))


class Searcher:
    """Finds planted texts in bytes; a leak is said by what was planted and where, never by its text."""

    def __init__(self, *planted: Canaries) -> None:
        self._marks = {form for some in planted for mark in some.marks for form in _of_mark(mark)}
        self._wanted = [
            (what, form)
            for some in planted
            for what, text in some.planted.items()
            for form in spellings(text)
        ]

    def in_bytes(self, content: bytes, where: str) -> list[str]:
        """What is found in these bytes; a mark alone, cut off from its text, is a leak too."""
        if not any(mark in content for mark in self._marks):
            return []
        exact = {f"{where}: {what}" for what, form in self._wanted if form in content}
        return sorted(exact or {f"{where}: something planted"})

    def in_files(self, folders: Iterable[Path]) -> list[str]:
        """What is found in every file below these folders, also in the names of the files."""
        leaks: list[str] = []
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                leaks += self.in_bytes(str(path.relative_to(folder)).encode(), f"name of {path.name}")
                if path.is_file() and not path.is_symlink():
                    try:
                        content = path.read_bytes()
                    except (FileNotFoundError, PermissionError):
                        continue  # a file that its server removed meanwhile
                    leaks += self.in_bytes(content, str(path.relative_to(folder)))
        return leaks

    def in_databases(self, admin_url: str, databases: Iterable[str]) -> list[str]:
        """What is found in any row of any table: also where the server keeps it compressed."""
        leaks: list[str] = []
        for database in databases:
            with psycopg.connect(make_conninfo(admin_url, dbname=database), autocommit=True) as conn:
                tables = conn.execute(
                    "select schemaname, tablename from pg_tables where schemaname <> 'pg_catalog'"
                    " and schemaname <> 'information_schema'"
                ).fetchall()
                for schema, table in tables:
                    name = sql.Identifier(schema, table)
                    query = sql.SQL("copy (select t.* from {} t) to stdout").format(name)
                    with conn.cursor().copy(query) as rows:
                        content = b"".join(bytes(chunk) for chunk in rows)
                    # Bytes come as hex: what is JSON in them is read as it is.
                    leaks += self.in_bytes(content, f"{database}: {schema}.{table}")
        return leaks
