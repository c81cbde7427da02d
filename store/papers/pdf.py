"""A paper as a PDF, to post or to keep: PDF/A-2a, which shows the same in years to come.

The look is in `templates/paper.typ`. What no font can show is refused, never drawn as empty boxes;
`whatever` draws a mark for it instead, and says so.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from store.papers import paper
from store.papers.paper import Bullets, Heading, Lines, Paragraph, Part, Signatures, Small, Table
from store.rules.errors import AccordError, BadInput

if TYPE_CHECKING:
    from typst import Fonts, TypstError

TEMPLATE = Path(__file__).parent / "templates" / "paper.typ"
STANDARD: Final = "a-2a"
NOON = time(12)  # the same day to readers nearly everywhere
NAMED = 5  # characters that an error names, of those that cannot be shown
TEXT = "Libertinus Serif"
STAND_IN = "\ufffd"
"""What is drawn for characters in a row that no font can show."""


class Undrawable(BadInput):
    """No font can show some characters: `marks`, each once."""

    def __init__(self, marks: str) -> None:
        super().__init__(
            f"No font here can show {_listed(marks, _name)}: install a font for that script, "
            "such as Noto, or write the paper as text or Markdown."
        )
        self.marks = marks


def pdf(
    parts: Iterable[Part],
    *,
    title: str,
    on: date,
    author: str = "",
    language: str = "en",
    system_fonts: bool = True,
    stand_in_for: str = "",
) -> bytes:
    """The paper as a PDF, the same bytes for the same input and fonts.

    `title` stands at the foot of each page beside its number, and in the metadata with `author`
    and `on`. `language` is a tag such as "en", "en_GB" or "zh-Hant-TW". Where the built-in text
    font lacks a character, fonts of the system come first; with `system_fonts` off, never.
    Characters of `stand_in_for` are drawn as `STAND_IN`. Raises Undrawable with those that no font
    can show.
    """
    # Heavy, and needed by nothing else.
    import typst

    fonts = _fonts(system_fonts)
    said = {
        "title": paper.line(title),
        "author": [name] if (name := paper.line(author)) else [],
        **_language(language),
        "fonts": _families(fonts),
        "parts": [_data(each) for each in parts],
    }
    written = json.dumps(said, ensure_ascii=False)
    if stand_in_for:
        # What joins or varies such characters goes with them.
        joiners = "\u200c\u200d\ufe00-\ufe0f"
        written = re.sub(f"[{stand_in_for}][{stand_in_for}{joiners}]*", STAND_IN, written)
    try:
        return typst.compile(
            TEMPLATE.read_bytes(),
            font_paths=fonts,
            sys_inputs={"paper": written},
            pdf_standards=STANDARD,
            timestamp=datetime.combine(on, time(), UTC),
        )
    except typst.TypstError as error:
        raise _refusal(error) from None


def whatever(
    parts: Sequence[Part],
    as_written: str,
    *,
    title: str,
    on: date,
    author: str = "",
    system_fonts: bool = True,
) -> tuple[bytes, bool]:
    """The paper as a PDF whatever is written in it, and whether all of it is drawn.

    Where it is not, the page says after its title what is not, and where it stands `as_written`.
    """
    gone = ""
    while True:
        told = list(parts)
        if gone:
            codes = _listed(gone, _code)
            said = f"{STAND_IN} stands for what no font here can show ({codes}): {as_written}"
            told.insert(1, Paragraph(said))
        try:
            made = pdf(
                told,
                title=title,
                on=on,
                author=author,
                system_fonts=system_fonts,
                stand_in_for=gone,
            )
        except Undrawable as error:
            if set(error.marks) <= set(gone):
                raise
            gone += error.marks
        else:
            return made, not gone


@cache
def _fonts(with_system: bool) -> Fonts:
    """Looked for once: there are hundreds on some machines."""
    import typst

    return typst.Fonts(include_system_fonts=with_system)


@cache
def _built_in() -> frozenset[str]:
    return frozenset(_fonts(False).families())


def _families(fonts: Fonts) -> list[str]:
    """The fonts to take a character from, in order: ours, the system's, what else is built in.

    None that is made for formulas: it has letters of many scripts, and joins none of them.
    """
    every = [each for each in fonts.families() if "math" not in each.casefold()]

    def place(family: str) -> tuple[bool, bool, bool, bool, str]:
        is_text = "mono" not in family.casefold()
        is_serif = "serif" in family.casefold()
        return family != TEXT, family in _built_in(), not is_text, not is_serif, family

    return sorted(every, key=place)


def _data(part: Part) -> dict[str, object]:
    """The part as the template reads it."""
    match part:
        case Heading(text, level):
            return {"kind": "heading", "text": paper.line(text), "level": level}
        case Paragraph(text, strong):
            return {"kind": "paragraph", "text": paper.line(text), "strong": strong}
        case Table(header, rows, right):
            cells = [list(map(paper.line, row)) for row in (header, *rows)]
            return {"kind": "table", "header": cells[0], "rows": cells[1:], "right": list(right)}
        case Lines(right=right):
            return {"kind": "lines", "lines": paper.lines(part), "right": right}
        case Bullets(items):
            return {"kind": "bullets", "items": list(map(paper.line, items))}
        case Signatures(names):
            return {
                "kind": "signatures",
                "names": list(map(paper.line, names)),
                "place_and_date": paper.PLACE_AND_DATE,
            }
        case Small(text):
            return {"kind": "small", "text": paper.line(text)}


def _language(tag: str) -> dict[str, str | None]:
    """Language and region of a tag, each as typst takes it; English where there is none."""
    found = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_][A-Za-z]{4})?(?:[-_]([A-Za-z]{2}))?", tag)
    lang, region = found.groups() if found else ("en", None)
    return {"lang": lang.lower(), "region": region and region.upper()}


def _refusal(error: TypstError) -> AccordError:
    """What is wrong, and what would be right."""
    quoted = re.findall(r'^error: .*?`"(.+?)"`', error.diagnostic, re.MULTILINE)
    shown = re.sub(r"\\u\{([0-9a-f]+)\}", lambda m: chr(int(m[1], 16)), "".join(quoted))
    # A family of emoji is refused as a whole: what is in plain letters or joins them is not named.
    named = [each for each in dict.fromkeys(shown) if not each.isascii()]
    marks = "".join(each for each in named if each not in ("\u200d", STAND_IN))
    if not marks:
        return AccordError(f"The PDF cannot be made: {error.message}.")
    return Undrawable(marks)


def _listed(marks: str, named: Callable[[str], str]) -> str:
    """Some of the characters, and how many more there are."""
    more = f" and {len(marks) - NAMED} more" if len(marks) > NAMED else ""
    return f"{', '.join(map(named, marks[:NAMED]))}{more}"


def _name(mark: str) -> str:
    visible = mark.isprintable() and not unicodedata.category(mark).startswith("M")
    return f"{mark} ({_code(mark)})" if visible else _code(mark)


def _code(mark: str) -> str:
    return f"U+{ord(mark):04X}"
