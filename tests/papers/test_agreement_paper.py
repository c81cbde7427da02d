"""The paper of an agreement: complete, and for both to sign."""

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from store.ledger import agreement_queries
from store.papers import agreement_paper, output, paper
from tests import make
from tests.make import on

TODAY = on("11-23")


def said(path: Path, key: str, format: str = "text") -> str:
    ledger = make.ledger(path)
    with ledger.reading() as session:
        line = next(e for e in agreement_queries.agreements(session, TODAY) if e.key == key)
        parts = agreement_paper.parts(session, line, TODAY, "en_GB")
    ledger.close()
    if format == "text":
        return " ".join(paper.text(parts).split())
    pages = PdfReader(BytesIO(output.content(parts, format, "Agreement", "", TODAY))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("format", ["text", "pdf"])
def test_it_says_who_what_how_much_when_and_leaves_room_to_sign(
    household: Path, format: str
) -> None:
    text = said(household, "a-northbank", format)
    for part in (
        "Northbank",
        "reference NB-4471-0092",
        "£1,371.40 is owed on it",
        "agreed on 14 January 2026 with Imran",
        "£50.00 every month from 1 February 2026, 37 times; the last one £40.00.",
        "No interest while it is kept.",
        "In all £1,840.00 in 37 payments, from 1 February 2026 to 1 February 2029.",
        "1 December 2026",
        paper.PLACE_AND_DATE,
        "its hash is",
    ):
        assert part in text, part


def test_each_instalment_has_its_line_whatever_became_of_it(household: Path) -> None:
    text = said(household, "a-hillview")
    assert text.count("£65.00") == 1 + 9
    assert "28 February 2026" in text


def test_a_debt_that_was_sold_names_who_it_was_owed_to_first(household: Path) -> None:
    assert "first owed to Kestrel Finance" in said(household, "a-kestrel-2")


def test_only_a_settlement_says_that_it_settles_in_full(household: Path, tmp_path: Path) -> None:
    made = make.loaded(
        tmp_path / "settled.db",
        make.document(
            agreements=[make.promise(terms={"upfront": "400.00", "written_off": "600.00"})]
        ),
    )
    made.close()
    assert agreement_paper.IN_FULL in said(tmp_path / "settled.db", "a1")
    assert agreement_paper.IN_FULL not in said(household, "a-northbank")


@pytest.mark.parametrize("upfront", [{}, {"upfront_on": "2026-12-15"}])
def test_what_a_settlement_says_it_says_once(tmp_path: Path, upfront: dict[str, str]) -> None:
    terms = {"upfront": "400.00", "written_off": "600.00", **upfront}
    make.loaded(
        tmp_path / "settled.db", make.document(agreements=[make.promise(terms=terms)])
    ).close()
    agreed = said(tmp_path / "settled.db", "a1").partition("Also, unless")[0]
    day = "15 December 2026" if upfront else "10 January 2026"
    assert f"£400.00 up front on {day}." in agreed
    assert agreed.count("£400.00") == 1
    assert agreed.count("£600.00") == 1


def test_what_is_paid_up_front_is_not_listed_among_the_payments(tmp_path: Path) -> None:
    dues = [("2026-02-01", "400.00"), ("2026-03-05", "50.00"), ("2026-04-07", "60.00")]
    instalments = [{"due_on": day, "amount": amount} for day, amount in dues]
    terms = {"upfront": "400.00", "upfront_on": "2026-02-01"}
    document = make.document(agreements=[make.promise(terms=terms, instalments=instalments)])
    make.loaded(tmp_path / "mixed.db", document).close()
    agreed = said(tmp_path / "mixed.db", "a1").partition("Also, unless")[0]
    assert agreed.count("£400.00") == 1
    assert "- £50.00 on 5 March 2026. - £60.00 on 7 April 2026. - In all £510.00" in agreed
