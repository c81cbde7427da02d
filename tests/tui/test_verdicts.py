"""What comes before a plan or a promise, in words."""

import pytest

from store.rules.affordability import Concern
from tui import verdicts


@pytest.mark.parametrize(
    ("found", "one", "two"),
    [
        (Concern.COURT, "A is in court:", "A and B are in court:"),
        (Concern.IN_ARREARS, "; A is behind.", "; A and B are behind."),
        (
            Concern.PRIORITY_UNCOVERED,
            "First A: a priority debt with no agreement and nothing put by. "
            "No share is shown until it is covered.",
            "First A and B: priority debts with no agreement and nothing put by. "
            "No share is shown until they are covered.",
        ),
    ],
)
def test_one_is_and_two_are(found: Concern, one: str, two: str) -> None:
    assert one in verdicts.concern(found, ["A"])
    assert two in verdicts.concern(found, ["A", "B"])
