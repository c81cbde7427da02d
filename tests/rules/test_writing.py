"""What a paper must say before it is signed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules import writing
from store.rules.writing import Checklist

EVERY = [each.key for each in writing.CLAUSES]


def keys(*, is_settlement: bool = False, is_transferred: bool = False) -> list[str]:
    found = writing.clauses(is_settlement=is_settlement, is_transferred=is_transferred)
    return [each.key for each in found]


def test_an_ordinary_paper_needs_neither_original_creditor_nor_in_full() -> None:
    assert set(EVERY) - set(keys()) == {"original creditor", "in full"}


def test_a_settlement_must_say_that_it_settles_in_full_and_is_not_sold_on() -> None:
    assert "in full" in keys(is_settlement=True)
    assert "not sold on" in writing.IN_FULL.text


def test_a_debt_that_went_to_another_names_the_original_creditor() -> None:
    assert "original creditor" in keys(is_transferred=True)


def test_between_family_nothing_is_asked_that_only_a_company_has() -> None:
    found = writing.clauses(is_settlement=False, is_transferred=False, is_family=True)
    gone = set(keys()) - {each.key for each in found}
    assert gone == {"parties", "account", "credit file", "signed by"}


@pytest.mark.parametrize(
    ("state", "is_settled"),
    [(True, True), ("they never do", True), (False, False), ("", False), ("  ", False)],
)
def test_a_clause_is_ticked_or_waived_with_a_reason(state: bool | str, is_settled: bool) -> None:
    assert writing.is_settled(state) is is_settled


def test_what_is_missing_keeps_the_order_in_which_a_paper_is_read() -> None:
    wanted = writing.clauses(is_settlement=False, is_transferred=False)
    checklist: Checklist = {"account": True, "method": "paid in cash"}
    lacking = [each.key for each in writing.missing(wanted, checklist)]
    assert lacking == [each for each in keys() if each not in ("account", "method")]


def test_only_red_flags_that_are_ticked_are_flagged() -> None:
    flagged = writing.flagged({"new guarantor": True, "new fees": False, "account": True})
    assert [each.key for each in flagged] == ["new guarantor"]


@given(st.dictionaries(st.sampled_from(EVERY), st.booleans() | st.text(max_size=3)))
def test_ticking_one_more_never_makes_more_missing(checklist: dict[str, bool | str]) -> None:
    wanted = writing.clauses(is_settlement=True, is_transferred=True)
    before = len(writing.missing(wanted, checklist))
    for each in wanted:
        assert len(writing.missing(wanted, {**checklist, each.key: True})) <= before
