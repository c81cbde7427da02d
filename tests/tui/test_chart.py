"""The chart of the score: what stands where, without colour."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from store.ledger.score_views import Event
from store.rules.credibility import Score
from tui.widgets import chart
from tui.widgets.chart import AXIS, BELOW, plot

FIRST = date(2026, 1, 1)
Points = list[tuple[date, Score]]


def points(*scores: float, evidence: float = 10) -> Points:
    """A score a day."""
    return [
        (FIRST + timedelta(days=n), Score(evidence, each / 100 * (2 + evidence) - 1))
        for n, each in enumerate(scores)
    ]


def drawn(given: Points, events: list[tuple[date, Event]], size: tuple[int, int]) -> list[str]:
    return ["".join(mark for mark, _ in line) for line in plot(given, events, *size).lines]


def test_a_level_score_is_a_level_line_within_its_band() -> None:
    lines = drawn(points(*[50] * 10), [], (24, 12))
    with_line = [line for line in lines if any("⠀" < mark <= "⣿" for mark in line)]
    assert len(with_line) == 1
    assert len(set(with_line[0][AXIS:])) == 1
    at = lines.index(with_line[0])
    assert chart.BAND in lines[at - 1]
    assert chart.BAND in lines[at + 1]


def test_a_fall_goes_from_the_top_left_to_the_bottom_right() -> None:
    lines = drawn(points(90, 90, 90, 30, 30, 30), [], (40, 14))[:-BELOW]
    left = next(n for n, line in enumerate(lines) if "⠀" < line[AXIS] <= "⣿")
    right = next(n for n, line in enumerate(lines) if "⠀" < line[-1] <= "⣿")
    assert left < right
    # The step between is drawn, so that nothing looks torn.
    for line in lines[left : right + 1]:
        assert any("⠀" < mark <= "⣿" for mark in line)


def test_the_numbers_at_the_side_are_tens_around_the_band() -> None:
    lines = drawn(points(80, 82, 81), [], (40, 14))
    said = [int(line[:AXIS]) for line in lines if line[:AXIS].strip()]
    assert said == sorted(said, reverse=True)
    assert said[0] >= 90
    assert said[-1] <= 70
    assert len(said) >= 3


def test_events_stand_under_their_days_the_worst_where_they_meet() -> None:
    given = points(*[50] * 37)
    events = [
        (FIRST, Event.AGREEMENT),
        (FIRST + timedelta(days=18), Event.RENEGOTIATION),
        (FIRST + timedelta(days=36), Event.AGREEMENT),
        (FIRST + timedelta(days=36), Event.MISS),
        (FIRST - timedelta(days=1), Event.MISS),
    ]
    line = drawn(given, events, (AXIS + 37, 10))[-BELOW]
    assert line[AXIS:] == "◆" + " " * 17 + "↻" + " " * 17 + "◌"


def test_months_stand_under_their_first_day_and_years_where_there_are_many() -> None:
    year = points(*[50] * 200)
    months = drawn(year, [], (100, 10))[-1].split()
    assert months == ["Feb", "Mar", "Apr", "May", "Jun", "Jul"]
    long = [(FIRST + timedelta(days=30 * n), each) for n, (_, each) in enumerate(year[:60])]
    assert drawn(long, [], (100, 10))[-1].split() == ["2027", "2028", "2029", "2030"]
    short = points(50, 50, 50)
    assert drawn(short, [], (60, 10))[-1].split() == ["1", "Jan"]


def test_one_day_is_no_line() -> None:
    assert plot(points(50), [], 80, 20).lines == []
    assert plot([], [], 80, 20).lines == []


def test_a_chosen_day_is_marked_beside_the_line() -> None:
    given = points(*[50] * 37)
    lines = plot(given, [], AXIS + 37, 12, FIRST + timedelta(days=18)).lines
    marked = [line[AXIS + 18][0] for line in lines[:-BELOW]]
    assert marked.count("│") == len(marked) - 1


@given(
    st.lists(st.floats(0.5, 99.5), max_size=60),
    st.floats(0.5, 50),
    st.integers(0, 130),
    st.integers(0, 40),
    st.integers(-5, 65),
)
def test_it_fills_its_space_exactly_whatever_it_shows(
    scores: list[float], evidence: float, width: int, height: int, day: int
) -> None:
    when = FIRST + timedelta(days=day)
    given = points(*scores, evidence=evidence)
    lines = plot(given, [(when, Event.MISS)], width, height, when).lines
    assert len(lines) in (0, height)
    assert all(len(line) == width for line in lines)
