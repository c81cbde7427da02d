"""Papers as Markdown and as plain text."""

from hypothesis import given
from hypothesis import strategies as st

from store.papers.paper import WIDTH, Heading, Paragraph, Part, Table, markdown, text

PARTS: list[Part] = [
    Heading("A paper", 1),
    Paragraph("What matters.", strong=True),
    Table(("Due", "Amount"), (("1 May", "£5.00"), ("10 June", "£50.00")), right=(1,)),
]


def test_a_paper_as_markdown() -> None:
    assert markdown(PARTS) == (
        "# A paper\n\n**What matters.**\n\n"
        "| Due | Amount |\n| --- | ---: |\n| 1 May | £5.00 |\n| 10 June | £50.00 |\n"
    )


def test_a_paper_as_text() -> None:
    assert text(PARTS) == (
        "A paper\n=======\n\nWhat matters.\n\nDue      Amount\n1 May     £5.00\n10 June  £50.00\n"
    )


def test_what_a_person_typed_is_only_text() -> None:
    nasty = "a|b *c* <script>\x1b[31m\nnext"
    assert markdown([Paragraph(nasty)]) == "a\\|b \\*c\\* \\<script\\>\\[31m next\n"
    assert text([Table((nasty,), ())]) == "a|b *c* <script>[31m next\n"


@given(st.lists(st.text(max_size=30), max_size=20))
def test_lines_of_text_are_short_and_nothing_is_lost(words: list[str]) -> None:
    said = text([Paragraph(" ".join(words))])
    longest = max((len(word) for each in words for word in each.split()), default=0)
    assert all(len(line) <= max(WIDTH, longest) for line in said.splitlines())
    assert all(mark.isprintable() or mark == "\n" for mark in said)
