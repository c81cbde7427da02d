"""A paper as a PDF, to post or to keep: PDF/A-2a, which shows the same in years to come.

The look is in `templates/paper.typ`. What no font can show is refused, never drawn as empty boxes.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from store.papers import paper
from store.papers.paper import Bullets, Heading, Lines, Paragraph, Part, Signatures, Small, Table
from store.rules.errors import AccordError, BadInput

if TYPE_CHECKING:
    from typst import TypstError

TEMPLATE = Path(__file__).parent / "templates" / "paper.typ"
STANDARD: Final = "a-2a"
NOON = time(12)  # the same day to readers nearly everywhere
NAMED = 5  # characters that an error names, of those that cannot be shown


def pdf(
    parts: Iterable[Part],
    *,
    title: str,
    on: date,
    author: str = "",
    language: str = "en",
    system_fonts: bool = True,
) -> bytes:
    """The paper as a PDF, the same bytes for the same input and fonts.

    `title` stands at the foot of each page beside its number, and in the metadata with `author`
    and `on`. `language` is a tag such as "en", "en_GB" or "zh-Hant-TW". The built-in fonts come
    first, those of the system where they lack a character; with `system_fonts` off, never.
    Raises BadInput with the characters that no font can show.
    """
    # Heavy, and needed by nothing else.
    import typst

    said = {
        "title": paper.line(title),
        "author": [name] if (name := paper.line(author)) else [],
        **_language(language),
        "parts": [_data(each) for each in parts],
    }
    try:
        return typst.compile(
            TEMPLATE.read_bytes(),
            font_paths=typst.Fonts(include_system_fonts=system_fonts),
            sys_inputs={"paper": json.dumps(said)},
            pdf_standards=STANDARD,
            timestamp=datetime.combine(on, time(), UTC),
        )
    except typst.TypstError as error:
        raise _refusal(error) from None


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
    marks = [mark for mark in dict.fromkeys(shown) if not mark.isascii() and mark not in "\u200d"]
    if not marks:
        return AccordError(f"The PDF cannot be made: {error.message}.")
    more = f" and {len(marks) - NAMED} more" if len(marks) > NAMED else ""
    return BadInput(
        f"No font here can show {', '.join(map(_name, marks[:NAMED]))}{more}: install a font for "
        "that script, such as Noto, or write the paper as text or Markdown."
    )


def _name(mark: str) -> str:
    code = f"U+{ord(mark):04X}"
    visible = mark.isprintable() and not unicodedata.category(mark).startswith("M")
    return f"{mark} ({code})" if visible else code
