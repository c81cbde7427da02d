"""Finding what a person names: key before name before a beginning, and never a guess."""

from pathlib import Path

import pytest

from store.ledger import names
from store.ledger.names import Named
from store.rules.errors import NotFound
from tests import make

CARD = Named(1, "card", "Northbank card", ("Northbank",))
CARD_2 = Named(2, "card-2", "Card", ("Southbank",))
LOAN = Named(3, "loan", "Straße loan", ("Southbank",))
ALL = [CARD, CARD_2, LOAN]


def found(text: str) -> Named:
    return names.find("debt", text, ALL)


def test_a_key_goes_before_a_name() -> None:
    assert found("card") is CARD


def test_a_name_goes_before_a_beginning() -> None:
    rent, rental = Named(1, "a", "Rent"), Named(2, "rent-2", "Rental")
    assert names.find("debt", "rent", [rental, rent]) is rent


def test_a_key_goes_before_the_beginning_of_another() -> None:
    assert names.find("debt", "card", [CARD_2, CARD]) is CARD


@pytest.mark.parametrize(
    ("text", "expected"),
    [("card-", CARD_2), ("north", CARD), ("lo", LOAN), ("l", LOAN), ("Northbank c", CARD)],
)
def test_an_unambiguous_beginning_of_either_will_do(text: str, expected: Named) -> None:
    assert found(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("CARD", CARD), ("Loan", LOAN), ("NORTHBANK CARD", CARD), ("STRASSE", LOAN), (" loan ", LOAN)],
)
def test_case_and_spaces_around_do_not_matter(text: str, expected: Named) -> None:
    assert found(text) is expected


@pytest.mark.parametrize("text", ["car", "Southbank", "south"])
def test_an_ambiguous_one_lists_the_candidates(text: str) -> None:
    with pytest.raises(NotFound) as error:
        found(text)
    assert error.value.message.startswith(f"“{text}” could be more than one debt: ")
    assert "card-2 (Card)" in error.value.message
    assert ("loan" in error.value.message) is (text != "car")
    assert error.value.field == "debt"


def test_two_of_one_name_are_ambiguous_though_a_third_begins_with_it() -> None:
    several = [Named(1, "a", "Rent"), Named(2, "b", "rent"), Named(3, "c", "Rental")]
    with pytest.raises(NotFound, match=r"a \(Rent\), b \(rent\)\."):
        names.find("debt", "rent", several)


@pytest.mark.parametrize("text", ["", "  ", "water", "ard"])
def test_what_nothing_is_called_is_said_with_what_is_known(text: str) -> None:
    with pytest.raises(NotFound, match=r"Known: card, card-2, loan\."):
        found(text)


def test_with_nothing_to_find_it_says_none_yet() -> None:
    with pytest.raises(NotFound, match="none yet"):
        names.find("creditor", "x", [])


def test_a_debt_is_found_by_whoever_holds_it_today(tmp_path: Path) -> None:
    ledger = make.loaded(tmp_path / "my.accord", make.household())
    with ledger.reading() as session:
        before, after = (names.debts(session, make.on(day)) for day in ("06-14", "06-15"))
        assert {each.key for each in names.creditors(session)} >= {"kestrel", "marlow"}
    assert names.find("debt", "marlow", after).key == "kestrel-loan"
    assert names.find("debt", "northbank", after).key == "northbank-card"
    with pytest.raises(NotFound):
        names.find("debt", "marlow", before)
