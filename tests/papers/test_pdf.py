"""Papers as PDF: what was said can be read from it, on pages that a bank would take."""

import io
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from store.papers.paper import (
    PLACE_AND_DATE,
    Bullets,
    Heading,
    Lines,
    Paragraph,
    Part,
    Signatures,
    Small,
    Table,
)
from store.papers.pdf import STAND_IN, pdf, whatever
from store.rules.errors import BadInput

DAY = date(2026, 11, 23)


def made(*parts: Part, title: str = "A paper", **more: str) -> bytes:
    """The PDF with the built-in fonts alone, so that it is the same on every machine."""
    return pdf(parts, title=title, on=DAY, system_fonts=False, **more)


def pages(*parts: Part) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(made(*parts))).pages]


def words(*parts: Part) -> str:
    """All that can be read, with single spaces."""
    return " ".join(" ".join(pages(*parts)).split())


@pytest.mark.parametrize(
    "said",
    [
        "office affluent fi fluffy waffle",
        "£31.40, 5 €, ½ of it, 100 · (1 + Σ) ÷ 2 ± 3 %",
        "Jøsang, Łódź, Čapek, Zoë, ő, Straße",
        "Ελληνικά: σας γράφω",
        "Українська і русский текст",
        '*bold* _em_ #strong[x] $x^2$ <b> \\ @ref // -- "quoted" `raw` = no',
    ],
)
def test_what_was_said_can_be_read(said: str) -> None:
    read = words(
        Heading(said, 1),
        Paragraph(said, strong=True),
        Lines((said,), right=True),
        Bullets((said,)),
        Table(("Note",), ((said,),)),
        Signatures((said,)),
        Small(said),
    )
    assert read.count(said) == 7


@pytest.mark.parametrize("said", ["שלום", "مرحبا", "Հայերեն", "ქართული"])
def test_scripts_of_the_built_in_fonts_need_no_other(said: str) -> None:
    assert said in words(Paragraph(said))


@pytest.mark.parametrize("kind", [Paragraph, Heading, Small])
def test_hebrew_stands_at_the_right_whatever_the_language_of_the_paper(
    kind: type[Paragraph | Heading | Small],
) -> None:
    assert left_edge(kind("אב 12")) > 400
    assert left_edge(kind("Ab 12")) < 100
    assert words(kind("אב 12")).endswith("A paper 1 / 1")


def left_edge(part: Part) -> float:
    """How far from the left the first piece of text of the page stands, in points."""
    page = PdfReader(io.BytesIO(made(part))).pages[0]
    found: list[float] = []

    def visit(said: str, place: list[float], *rest: object) -> None:
        if said.strip():
            found.append(place[4])

    page.extract_text(visitor_text=visit)
    return found[0]


def test_a_letter_reads_from_top_to_bottom() -> None:
    read = words(
        Lines(("Ana Example", "1 High Street"), right=True),
        Lines(("Northbank", "PO Box 1")),
        Heading("Interest in October"),
        Paragraph("Dear Ms Okafor,"),
        Bullets(("refund it;", "confirm the freeze.")),
        Lines(("Yours sincerely,", "", "Ana Example")),
    )
    assert read == (
        "Ana Example 1 High Street Northbank PO Box 1 Interest in October Dear Ms Okafor, "
        "• refund it; • confirm the freeze. Yours sincerely, Ana Example A paper 1 / 1"
    )


def test_a_long_table_repeats_its_header_and_pages_are_numbered() -> None:
    rows = [(f"{number}", "1 May 2027", "£85.00") for number in range(1, 101)]
    read = pages(Table(("No.", "Due on", "Amount"), rows, right=(0, 2)))
    assert len(read) > 2
    for number, page in enumerate(read, 1):
        assert page.split()[:4] == ["No.", "Due", "on", "Amount"]
        assert page.split()[-5:] == ["A", "paper", f"{number}", "/", f"{len(read)}"]
    assert sum(page.count("£85.00") for page in read) == 100


def test_each_signs_over_the_own_name_with_place_and_date() -> None:
    read = words(Signatures(("Ana Example", "For Northbank")))
    assert read.count(PLACE_AND_DATE) == 2
    assert "Ana Example" in read
    assert "For Northbank" in read


@pytest.mark.parametrize("last", [Signatures(("Ana",)), Small("Ana")])
@pytest.mark.parametrize("before", [Paragraph("We agree."), Lines(("We agree.",))])
def test_signatures_and_small_print_have_no_page_of_their_own(last: Part, before: Part) -> None:
    for filling in range(25, 45):
        page = pages(Lines(("line",) * filling), before, last)[-1]
        assert "We agree." in page
        assert "Ana" in page


def test_the_same_paper_is_the_same_file() -> None:
    part = Table(("Due", "Amount"), (("1 May", "£5.00"),), right=(1,))
    assert made(part) == made(part)


def test_a_reader_shows_the_title_the_author_and_the_day() -> None:
    told = PdfReader(io.BytesIO(made(title="Offer\nof <May>", author="Ana Example"))).metadata
    assert told is not None
    assert (told.title, told.author) == ("Offer of <May>", "Ana Example")
    assert told.creation_date is not None
    assert told.creation_date.date() == DAY


@pytest.mark.parametrize(
    ("tag", "language"), [("pt_BR", "pt-BR"), ("zh-Hant-TW", "zh-TW"), ("", "en"), ("?!", "en")]
)
def test_the_language_is_told_to_what_reads_aloud(tag: str, language: str) -> None:
    told = PdfReader(io.BytesIO(made(language=tag))).root_object["/Lang"]
    assert str(told) == language


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("\U0010fffd", "U+10FFFD"),
        ("\ue123", "U+E123"),
        ("ok 你好", "你 (U+4F60), 好 (U+597D)"),
        # The font for formulas has these letters, and joins none of them.
        ("नमन", "न (U+0928), म (U+092E)"),
        ("👨\u200d👩\u200d👧", "👨 (U+1F468), 👩 (U+1F469), 👧 (U+1F467)"),
        ("สวัสดี", "ส (U+0E2A), ว (U+0E27), U+0E31, ด (U+0E14), U+0E35"),
        ("一二三四五六七", "五 (U+4E94) and 2 more"),
    ],
)
def test_what_no_font_can_show_is_named_with_what_to_do(said: str, named: str) -> None:
    with pytest.raises(BadInput) as refused:
        made(Paragraph(said))
    assert f"{named}: install a font for that script" in refused.value.message
    assert refused.value.message.endswith("or write the paper as text or Markdown.")


def test_what_the_title_cannot_show_is_refused_too() -> None:
    with pytest.raises(BadInput, match="你"):
        made(title="你")


@pytest.mark.parametrize(
    ("said", "drawn", "named"),
    [
        ("All 🧾🧾 is 👨\u200d👩\u200d👧 well", "All � is � well", "U+1F9FE, U+1F468, U+1F469"),
        ("नमन की बात", "� � �", "U+0928, U+092E"),
        ("a\ue123\ufe0fb", "a�b", "U+E123"),
    ],
)
def test_a_record_is_drawn_whatever_is_in_it_and_says_what_is_not(
    said: str, drawn: str, named: str
) -> None:
    parts: list[Part] = [Heading(said, 1), Table(("A",), ((said,),)), Lines((said,))]
    made, is_whole = whatever(
        parts, "it stands in b.txt.", title=said, on=DAY, author=said, system_fonts=False
    )
    read = " ".join(PdfReader(io.BytesIO(made)).pages[0].extract_text().split())
    assert not is_whole
    assert read.startswith(f"{drawn} {STAND_IN} stands for what no font here can show ({named}")
    assert "it stands in b.txt." in read
    assert read.count(drawn) == 4


def test_a_record_that_can_be_drawn_says_nothing_of_fonts() -> None:
    part = Heading("Record", 1)
    made, is_whole = whatever([part], "x", title="A paper", on=DAY, system_fonts=False)
    assert is_whole
    assert made == pdf([part], title="A paper", on=DAY, system_fonts=False)


@settings(max_examples=30)
@given(st.text(max_size=20), st.text(max_size=20))
@example("\uffff", "\U0010ffff\u0301")
def test_whatever_is_typed_a_record_can_be_drawn(said: str, other: str) -> None:
    parts: list[Part] = [Heading(said, 1), Paragraph(other)]
    whatever(parts, "x", title=other, on=DAY, author=said, system_fonts=False)


@pytest.mark.parametrize(
    "nasty", ["a\x00b", "a\x1bb", "a\u202eb", "a\u2066b", "a\ufeffb", "a\ud800b"]
)
def test_controls_and_turned_directions_are_left_out(nasty: str) -> None:
    assert "ab" in words(Lines((nasty,)))


@pytest.mark.parametrize("letter", ["W", "3f", "я"])
def test_a_word_longer_than_the_page_is_wide_goes_on_in_the_next_line(letter: str) -> None:
    word = letter * 200
    for part in (Paragraph(word), Table(("A", "B"), ((word, word),)), Bullets((word,))):
        lines = "".join(pages(part)).splitlines()
        assert max(map(len, lines)) < 110
        assert word in "".join(lines)


def test_a_word_that_fits_a_line_is_not_broken() -> None:
    digest = "3f9a0c1e" * 8
    assert digest in words(Small(f"The hash of the newest entry of the ledger is {digest}."))


LATIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x17F), max_size=60)


@settings(max_examples=40)
@given(st.lists(LATIN, max_size=5))
def test_latin_text_is_always_shown(said: Sequence[str]) -> None:
    typed = "".join("".join(said).split())
    shown = "".join(mark for mark in typed if mark.isprintable())
    assert "".join(words(Lines(said)).split()) == f"{shown}Apaper1/1"


@settings(max_examples=60)
@given(st.text(max_size=20), st.text(max_size=20))
@example("\uffff", "\uffff")
def test_whatever_is_typed_gives_a_paper_or_is_refused_for_what_it_lacks(
    said: str, other: str
) -> None:
    with suppress(BadInput):
        made(Paragraph(said), Table((other,), ((said,),), right=(0,)), title=other, author=said)


def test_a_digest_in_a_table_breaks_in_its_middle() -> None:
    digest = "3f9a0c1e" * 8
    (page,) = pages(Table(("File", "SHA-256"), (("a name of a file " * 3, digest),)))
    assert [line for line in page.split() if "3f9a" in line] == [digest[:32], digest[32:]]
