"""Finds what a person names: a key, a name, or an unambiguous beginning of either."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import TableClause, select

from store.ledger.facts import holders, rows
from store.records import schema
from store.records.database import Reading
from store.rules.errors import NotFound


@dataclass(frozen=True, slots=True)
class Named:
    """Something that has a key and a name; `also` are further names that may stand for it."""

    id: int
    key: str
    name: str
    also: tuple[str, ...] = ()


def creditors(session: Reading) -> list[Named]:
    """Every creditor, by name."""
    creditor = schema.creditor.c
    found = rows(session, select(creditor.id, creditor.key, creditor.name))
    return sorted(
        (Named(row.id, row.key, row.name) for row in found), key=lambda each: each.name.casefold()
    )


def debts(session: Reading, today: date) -> list[Named]:
    """Every debt, by its creditor's name; `also` is whoever holds it today."""
    creditor_names = {each.id: each.name for each in creditors(session)}
    held_by = holders(session)
    debt = schema.debt.c
    found = rows(session, select(debt.id, debt.key, debt.name))
    named = (
        Named(row.id, row.key, row.name, (creditor_names[held_by[row.id](today)],)) for row in found
    )
    return sorted(named, key=lambda each: (each.also[0].casefold(), each.name.casefold(), each.id))


def find(what: str, text: str, candidates: Iterable[Named]) -> Named:
    """The one candidate that `text` names; `what` is the word for it in the message.

    An exact key goes before an exact name, that before a beginning, and the further names come
    last. Case does not matter. Raises `NotFound` for none, and for several, which it lists.
    """
    wanted = _fold(text)
    everyone = list(candidates)
    if wanted:
        for matches in (
            [each for each in everyone if each.key == text.strip()],
            [each for each in everyone if _fold(each.key) == wanted],
            [each for each in everyone if _fold(each.name) == wanted],
            [
                each
                for each in everyone
                if _fold(each.key).startswith(wanted) or _fold(each.name).startswith(wanted)
            ],
            [each for each in everyone if any(_fold(a).startswith(wanted) for a in each.also)],
        ):
            if len(matches) == 1:
                return matches[0]
            if matches:
                listed = ", ".join(f"{each.key} ({each.name})" for each in matches)
                raise NotFound(f"“{text}” could be more than one {what}: {listed}.", field=what)
    known = ", ".join(each.key for each in everyone[:12]) or "none yet"
    raise NotFound(f"No {what} is called “{text}”. Known: {known}.", field=what)


def make_key(name: str, taken: Collection[str]) -> str:
    """A key made from a name: lower case, words joined by hyphens, numbered when taken."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", ascii_name.lower())[:60].strip("-") or "x"
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}-{number}", number + 1
    return key


def keys(session: Reading, table: TableClause) -> set[str]:
    """The keys that records of a table have already."""
    return {row.key for row in rows(session, select(table.c.key))}


def same(one: str, other: str) -> bool:
    """Whether two names look the same: case, width, spaces and invisible marks do not count."""
    return _fold(one) == _fold(other)


def is_name(text: str) -> bool:
    """Whether there is something in a name to see."""
    return bool(_fold(text))


def _fold(text: str) -> str:
    seen = "".join(mark for mark in text if unicodedata.category(mark) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", seen).casefold().split())
