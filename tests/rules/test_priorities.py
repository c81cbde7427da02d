"""Which debts come first, by the words for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules.priorities import WORDS, suggested


@pytest.mark.parametrize(
    "text",
    [
        *("Rent arrears", "Mortgage", "Council tax 2026", "Income tax", "GAS and electricity"),
        *("Riverside Energy", "Parking fines", "Magistrates' Court", "child  maintenance"),
        *WORDS,
    ],
)
def test_what_one_loses_the_home_or_the_energy_for_comes_first(text: str) -> None:
    assert suggested(text)


@pytest.mark.parametrize(
    "text",
    [*("Personal loan", "Credit card", "Current account", "Marlow Finance", "Taxi", "Gasthof"), ""],
)
def test_a_word_that_only_looks_alike_suggests_nothing(text: str) -> None:
    assert not suggested(text)


def test_any_of_some_texts_is_enough_and_one_may_be_missing() -> None:
    assert suggested(None, "Hillview Council", "What they say I owe")
    assert not suggested(None, "")


@given(st.lists(st.none() | st.text(), max_size=3))
def test_any_text_can_be_asked_about(texts: list[str | None]) -> None:
    assert suggested(*texts) in (True, False)
