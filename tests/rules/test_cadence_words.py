"""How often, the way people type it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules.cadence import ONCE, Cadence, Unit
from store.rules.cadence_words import read, typed
from store.rules.errors import BadInput

MONTH, WEEK, YEAR = Unit.MONTH, Unit.WEEK, Unit.YEAR


@pytest.mark.parametrize(
    ("text", "cadence"),
    [
        ("month", Cadence(MONTH)),
        ("Monthly", Cadence(MONTH)),
        ("  every   month ", Cadence(MONTH)),
        ("once a month", Cadence(MONTH)),
        ("per month", Cadence(MONTH)),
        ("1 month", Cadence(MONTH)),
        ("weekly", Cadence(WEEK)),
        ("every week", Cadence(WEEK)),
        ("every 2 weeks", Cadence(WEEK, 2)),
        ("2 weeks", Cadence(WEEK, 2)),
        ("every two weeks", Cadence(WEEK, 2)),
        ("every other week", Cadence(WEEK, 2)),
        ("fortnightly", Cadence(WEEK, 2)),
        ("four-weekly", Cadence(WEEK, 4)),
        ("4 weekly", Cadence(WEEK, 4)),
        ("quarterly", Cadence(MONTH, 3)),
        ("every quarter", Cadence(MONTH, 3)),
        ("every 3 months", Cadence(MONTH, 3)),
        ("every third month", Cadence(MONTH, 3)),
        ("half-yearly", Cadence(MONTH, 6)),
        ("yearly", Cadence(YEAR)),
        ("annually", Cadence(YEAR)),
        ("every 2 years", Cadence(YEAR, 2)),
        ("once", ONCE),
        ("one payment", ONCE),
        ("twice a month 1 15", Cadence(MONTH, 1, (1, 15))),
        ("twice a month on the 15th and 1st", Cadence(MONTH, 1, (1, 15))),
        ("twice a month, on the 1st & 15th", Cadence(MONTH, 1, (1, 15))),
        ("1st and 31st", Cadence(MONTH, 1, (1, 31))),
    ],
)
def test_it_is_read_as_people_mean_it(text: str, cadence: Cadence) -> None:
    assert read(text) == cadence


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "how often"),
        ("now and then", "how often"),
        ("daily", "how often"),
        ("every day", "how often"),
        ("0 weeks", "how often"),
        ("twice a month", "which two days"),
        ("twice a month 1", "how often"),
        ("twice a month 1 15 20", "how often"),
        ("twice a month 1 1", "two different days"),
        ("twice a month 0 32", "two different days"),
        ("every 2.5 weeks", "how often"),
        ("[b]x[/b] 1" * 30, "how often"),
    ],
)
def test_what_does_not_say_it_is_refused_with_what_would(text: str, says: str) -> None:
    with pytest.raises(BadInput) as error:
        read(text)
    assert says in error.value.message
    assert error.value.field == "every"


@given(
    st.one_of(
        st.just(ONCE),
        st.builds(Cadence, st.sampled_from([WEEK, MONTH, YEAR]), st.integers(1, 999)),
        st.sets(st.integers(1, 31), min_size=2, max_size=2).map(
            lambda days: Cadence(MONTH, 1, tuple(sorted(days)))
        ),
    )
)
def test_what_it_is_shown_as_reads_back(cadence: Cadence) -> None:
    assert read(typed(cadence)) == cadence


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    field = "every"
    try:
        read(text)
    except BadInput as error:
        field = error.field or ""
    assert field == "every"
