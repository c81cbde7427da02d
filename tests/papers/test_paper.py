"""Papers as Markdown and as plain text."""

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from store.papers.paper import (
    WIDTH,
    Bullets,
    Heading,
    Lines,
    Paragraph,
    Part,
    Signatures,
    Small,
    Table,
    lines,
    markdown,
    text,
)

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
    assert markdown([Small(nasty)]) == markdown([Paragraph(nasty)])
    assert text([Small("word " * 20)]).count("\n") == 2
    assert text([Table((nasty,), ())]) == "a|b *c* <script>[31m next\n"


@given(st.lists(st.text(max_size=30), max_size=20))
def test_lines_of_text_are_short_and_nothing_is_lost(words: list[str]) -> None:
    said = text([Paragraph(" ".join(words))])
    longest = max((len(word) for each in words for word in each.split()), default=0)
    assert all(len(line) <= max(WIDTH, longest) for line in said.splitlines())
    assert all(mark == "\n" or unicodedata.category(mark) not in HARMFUL for mark in said)


HARMFUL = ("Cc", "Cf", "Cs")


def test_letters_stay_joined_but_nothing_turns_the_direction_of_a_line() -> None:
    assert text([Paragraph("می\u200cخواهم \u202eevil\u2066")]) == "می\u200cخواهم evil\n"


def test_lines_stay_as_they_are() -> None:
    address = Lines(("Ana Example", "", "1. High Street\nOxmoor", "==="))
    assert text([address]) == "Ana Example\n\n1. High Street\nOxmoor\n===\n"
    assert markdown([address]) == ("Ana Example\\\n\\\n1\\. High Street\\\nOxmoor\\\n\\===\n")


def test_a_block_at_the_right_ends_at_the_end_of_the_line() -> None:
    sent_by = text([Lines(("Ana Example", "1 High Street"), right=True)]).splitlines()
    assert sent_by == [f"{'':65}Ana Example", f"{'':65}1 High Street"]


def test_bullets_are_folded_under_themselves() -> None:
    points = [Bullets(("word " * 20, "- rent"))]
    first, second, third = text(points).splitlines()
    assert (first[:6], second[:6], third) == ("- word", "  word", "- - rent")
    assert markdown(points).splitlines()[1] == "- \\- rent"


def test_each_has_a_line_to_sign_on_with_place_and_date() -> None:
    room = (
        "Signature:   ______________________________\nPlace, date: ______________________________"
    )
    assert text([Signatures(("Ana", "Bank"))]) == f"{room}\nAna\n\n{room}\nBank\n"
    assert markdown([Signatures(("Ana",))]) == room.replace("_\n", "_\\\n") + "\\\nAna\n"


@given(st.text("ab 1.-+=)(*_`~#>|\\&;![]<:$\n", max_size=30))
@example("1. May")
@example("- rent")
@example("---")
@example("&copy; it")
def test_all_that_was_typed_reads_the_same_in_markdown(typed: str) -> None:
    """Nothing of it is a list, a rule, a title or an entity to a reader of Markdown."""
    block = Lines((typed, "==="))
    tokens = MarkdownIt("commonmark").parse(markdown([block]))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    read = [child.content or "\n" for child in tokens[1].children or ()]
    assert "".join(read) == "\n".join(lines(block))


def test_a_sum_below_zero_needs_no_mark() -> None:
    assert markdown([Paragraph("-5.00 of 1.50 & more")]) == "-5.00 of 1.50 & more\n"
