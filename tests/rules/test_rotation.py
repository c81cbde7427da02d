"""Old copies go, but never the newest of a day, a week or a month that is kept."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from store.rules import rotation

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31))


def test_a_copy_a_day_for_two_years_leaves_a_week_of_days_a_month_of_weeks_a_year_of_months() -> (
    None
):
    last = datetime(2026, 11, 26, 20, 0)
    made = [last - timedelta(days=n) for n in range(730)]
    kept = sorted(rotation.kept(made), reverse=True)
    assert kept[:7] == made[:7]
    assert [f"{each:%m-%d}" for each in kept[7:9]] == ["11-15", "11-08"]
    assert [f"{each:%Y-%m-%d}" for each in kept[9:]] == [
        *("2026-10-31", "2026-09-30", "2026-08-31", "2026-07-31", "2026-06-30", "2026-05-31"),
        *("2026-04-30", "2026-03-31", "2026-02-28", "2026-01-31", "2025-12-31"),
    ]


def test_of_one_day_the_newest_is_kept() -> None:
    made = [datetime(2026, 11, 26, hour) for hour in (8, 12, 20)]
    assert rotation.kept(made) == {made[-1]}


@given(st.lists(MOMENTS, max_size=60), MOMENTS)
def test_a_new_copy_never_makes_the_newest_go_and_few_are_kept(
    made: list[datetime], new: datetime
) -> None:
    kept = rotation.kept([*made, new])
    assert max([*made, new]) in kept
    assert len(kept) <= rotation.DAYS + rotation.WEEKS + rotation.MONTHS
    assert kept <= {*made, new}
    # What is thrown away once is not missed when it is looked at again.
    assert rotation.kept(kept) == kept
