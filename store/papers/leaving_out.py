"""What can be left out of an evidence pack, and how it is taken out of all that a pack says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from unicodedata import normalize

from sqlmodel import Session, select

from store.ledger import person
from store.records import tables

LEAVABLE = {
    "person": "names of people that I spoke with",
    "reference": "account and call references",
    "hardship": "reasons of hardship",
    "situation": "my situation",
    "notes": "notes on payments, charges and answers",
    "summary": "what I wrote about contacts",
    "documents": "files",
    "address": "my name and address",
}
"""What can be left out of a pack, by its name."""

IN_LETTERS = frozenset({"person", "reference", "hardship", "situation", "summary", "address"})
"""What a letter of mine may tell: where any of it is left out, so are their files."""

GONE = "…"
"""What stands where something was taken out."""

SHORTEST = 3
"""Letters or digits of a reference or of a part of a name that anything can be known by."""

NO_NAMES = frozenset(
    {
        *("and", "for", "from", "her", "his", "my", "our", "that", "the", "their", "they", "who"),
        *("with", "miss", "mister", "mrs", "agent", "centre", "center", "customer", "desk"),
        *("manager", "service", "services", "somebody", "someone", "support", "team", "unknown"),
    }
)
"""Words that stand beside names, or for them: taken out everywhere, no sentence could be read."""


TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "herr", "frau", "mme", "m"}
)
"""Words by which nobody is known."""


def blanker(session: Session, without: frozenset[str]) -> Callable[[str], str]:
    """What takes out of a text every reference, name or address that is to be left out."""
    contact = tables.Contact
    patterns: set[str] = set()
    if "reference" in without:
        columns = (tables.Debt.reference, contact.reference, tables.Payment.reference)
        for column in columns:
            patterns |= {_reference(each) for each in session.exec(select(column)) if each}
    if "person" in without:
        # A pack says whom it is about, so the creditors' own names hide nothing.
        told = {
            word for each in session.exec(select(tables.Creditor.name)) for word in _words(each)
        }
        for each in session.exec(select(contact.person).distinct()):
            patterns |= set(_name(each or "", told))
    if "address" in without:
        me = person.get(session)
        patterns |= set(_name(me.name, set()))
        # Each part of a line too, since they are also written without what parts them.
        parts = (part for line in me.address.splitlines() for part in (line, *line.split(",")))
        patterns |= {_phrase(each) for each in (*parts, me.email)} | {_reference(me.phone)}
    return _taking_out(patterns - {""})


def _taking_out(patterns: Iterable[str]) -> Callable[[str], str]:
    longest_first = sorted(patterns, key=len, reverse=True)
    if not longest_first:
        return str
    # An underscore parts words, as it does in names of files.
    found = re.compile(rf"(?<![^\W_])(?:{'|'.join(longest_first)})(?![^\W_])", re.IGNORECASE)
    return lambda text: found.sub(GONE, normalize("NFC", text))


def _reference(text: str) -> str:
    """A reference however its parts are joined: `NB-4471`, `NB 4471`, `nb4471`."""
    parts = _words(text)
    if len("".join(parts)) < SHORTEST:
        return ""
    return r"[\W_]*".join(map(re.escape, parts))


def _name(text: str, told: set[str]) -> Iterator[str]:
    """A person's name in full, and each part of it that is long enough to be known by."""
    words = _words(text)
    if set(words) <= told:
        return
    yield _phrase(text)
    yield _phrase(" ".join(word for word in words if word not in TITLES))
    for word in words:
        if len(word) >= SHORTEST and word.isalpha() and word not in told | NO_NAMES:
            yield re.escape(word)


def _phrase(text: str) -> str:
    """Words in a row, whatever stands between them: `London, N1 2AB.`, `london n1 2ab`."""
    return r"[\W_]+".join(map(re.escape, _words(text)))


def _words(text: str) -> list[str]:
    """Its words in small letters."""
    return re.findall(r"[^\W_]+", normalize("NFC", text).casefold())
