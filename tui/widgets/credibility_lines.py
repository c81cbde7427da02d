"""What the Credibility screen says: what moved the score, with whom, and what if."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from textual.content import Content
from textual.widgets import Static

from store.ledger.score_views import CreditorWord, MoveLine, Page, Supposed, WhatIf
from store.rules import dates, money
from store.rules.credibility import Confidence, Score
from store.rules.outcome import Outcome
from store.rules.score_history import Cause
from tui import formats
from tui.widgets.cells import Column, Lines, Row, fit, plain

MOVES = (
    Column("glyph", width=1),
    Column("day", low=False),
    Column("who", flex=True),
    Column("what"),
    Column("amount", justify="right", low=True),
    Column("points", justify="right"),
)

CREDITORS = (
    Column("who", flex=True, header="With"),
    Column("score", justify="right", header="score"),
    Column("kept", justify="right", header="kept"),
    Column("late", justify="right", header="late"),
)

EVERYONE = "everyone"
STEPS = 2  # payments that the sentence names
FADING = "↘"
GLYPHS = {Cause.RETURNED: "⤺", Cause.FORGOTTEN: "…"}
WORDS = {
    Cause.RETURNED: "money came back",
    Cause.FORGOTTEN: "six years ago, forgotten",
    Cause.DUE: "waits again",
    Cause.UPCOMING: "waits again",
    Cause.PARTIAL: "part paid",
    Cause.RENEGOTIATED_LATE: "renegotiated late",
}


@dataclass(frozen=True, slots=True)
class Faded:
    """What faded in a month, all of it together."""

    month: date
    points: float


def by_month(moves: Iterable[MoveLine]) -> list[tuple[date, float, list[MoveLine], Faded | None]]:
    """Each month, newest first: by how much the score moved, its events, and what faded.

    What fades between two events is counted in the month in which it ends.
    """
    found = []
    for month, group in groupby(moves, key=lambda each: each.on.replace(day=1)):
        lines = list(group)
        events = [each for each in lines if each.cause is not Cause.FADING]
        faded = sum(each.points for each in lines if each.cause is Cause.FADING)
        whole = sum(each.points for each in lines)
        found.append((month, whole, events, Faded(month, faded) if faded else None))
    return found


def points(value: float) -> str:
    """Points of the score with their direction: `▲0.4`, `▼2.8`."""
    if abs(value) < 0.05:
        return "·"
    return f"{'▲' if value > 0 else '▼'}{abs(value):.1f}"


@dataclass(frozen=True, slots=True)
class CredibilityLines:
    """Writes the view `page`, with amounts as `locale` has them."""

    page: Page
    locale: str

    # --- in one sentence ------------------------------------------------------------------

    def headline(self) -> str:
        """How my word stands, and what would help next that can be afforded."""
        standing = self.page.standing
        if not self.page.points or not standing.score.evidence:
            return "Nothing has counted yet: the first promise does, once it is kept or missed."
        whose = f" with {standing.creditor_name}" if standing.creditor_name else ""
        said = f"Your word{whose}: {self._standing(standing.score)}."
        return f"{said} {self._next()}".rstrip()

    def _standing(self, score: Score) -> str:
        if self._is_said(score):
            return f"{score.score:.0f} of 100, {score.confidence}"
        return "too little evidence yet to say a number"

    def _is_said(self, score: Score) -> bool:
        """Whether there is a number: below 2 of evidence there is none, but with one creditor.

        With one alone it rests on little for long, so that its margin is said with it.
        """
        if self.page.standing.creditor is not None:
            return score.evidence > 0
        return score.confidence is not Confidence.TOO_LITTLE

    def _number(self, score: Score) -> str:
        return f"{score.score:.0f}" if self._is_said(score) else "new"

    def _next(self) -> str:
        """The next step, only one that the cash forecast carries."""
        page = self.page
        waiting = [each for each in page.what_ifs if each.supposed is Supposed.PAY_OPEN]
        if not waiting:
            return ""
        if not page.payments:
            return "Say what cash there is ($ on Today) to see what you can pay."
        first = page.payments[0]
        name = formats.short_name(first.promise.creditor_name)
        if first.on is None or first.score is None:
            return f"There is too little cash for what is open: tell {name} now, ask for new terms."
        said = [
            f"{formats.short_name(each.promise.creditor_name)} {self._on(each.on)}"
            f" ({self._number(each.score)})"
            for each in page.payments[:STEPS]
            if each.on is not None and each.score is not None
        ]
        return f"Next you can afford: {', '.join(said)}."

    def _on(self, day: date) -> str:
        return "today" if day == self.page.today else f"on {self._short(day)}"

    # --- the chart ------------------------------------------------------------------------

    def moved(self) -> str:
        """By how much the score moved in all, since the chart begins."""
        whole = sum(each.points for each in self.page.moves)
        return f"{points(whole)} since {dates.short(self.page.since, self.page.today)}"

    # --- what moved it --------------------------------------------------------------------

    def moves(self) -> Sequence[Row]:
        """What moved the score, newest first, each month under its heading."""
        rows: list[Row | MoveLine] = []
        for month, whole, events, faded in by_month(self.page.moves):
            heading = f"{month:%B} {month.year}   {points(whole)}"
            rows.append(Row(("month", month), (heading,), heading=True))
            rows += events
            if faded is not None:
                cells = (
                    (FADING, "muted"),
                    "",
                    ("What is past weighs less", "muted"),
                    ("fading", "muted"),
                    "",
                    (points(faded.points), "muted"),
                )
                rows.append(Row(("faded", month), cells))
        keys = [each.key if isinstance(each, Row) else _key(each) for each in rows]

        def make(place: int) -> Row:
            found = rows[place]
            return found if isinstance(found, Row) else self._move(found)

        return Lines(keys, make)

    def _move(self, line: MoveLine) -> Row:
        promise = line.promise
        assert promise is not None
        outcome = None if line.cause in GLYPHS else Outcome(line.cause.value)
        style = formats.STYLES.get(outcome, "") if outcome else "late"
        glyph = GLYPHS.get(line.cause) or formats.GLYPHS[Outcome(line.cause.value)]
        return Row(
            _key(line),
            (
                (glyph, style),
                (f"{line.on.day:>2}", "muted"),
                (promise.creditor_name, "title"),
                (self._cause(line), style),
                money.format(promise.amount, promise.currency, self.locale),
                (points(line.points), "good" if line.points > 0 else "late"),
            ),
        )

    def _cause(self, line: MoveLine) -> str:
        if line.cause is Cause.LATE:
            return f"{formats.days(line.days_late)} late"
        return WORDS.get(line.cause, line.cause.value)

    def move_of(self, row: Row | None) -> MoveLine | Faded | None:
        """What a row stands for."""
        if row is None or not isinstance(row.key, tuple):
            return None
        if row.key[0] == "faded":
            return next(
                (faded for month, _, _, faded in by_month(self.page.moves) if month == row.key[1]),
                None,
            )
        return next(
            (
                each
                for each in self.page.moves
                if each.promise is not None and row.key == _key(each)
            ),
            None,
        )

    def detail(self, line: MoveLine | Faded | None) -> str:
        """What moved the score, and how it would stand without it."""
        if isinstance(line, Faded):
            return (
                "A promise weighs half as much a year after it was due, and the score moves back"
                f" towards 50: {line.points:+.2f} points in {line.month:%B}.".replace("-", "−")
            )
        if line is None or line.promise is None:
            return ""
        promise = line.promise
        amount = money.format(promise.amount, promise.currency, self.locale)
        what = f"{amount} promised for {self._short(promise.due_on)}, {promise.debt_name}"
        said = [f"{what}, instalment {formats.place(promise)}."]
        moved = f"{line.points:+.2f} points".replace("-", "−")
        if line.without is not None:
            without = f"{line.without.score:.1f}"
            said.append(f"{moved} that day. Without this promise it would be {without} today.")
        else:
            said.append(f"{moved} that day.")
        return plain(" ".join(said))

    # --- with whom ------------------------------------------------------------------------

    def creditors(self) -> list[Row]:
        """My word with each creditor; with everyone first, where only one is shown."""
        rows = [self._creditor(each) for each in self.page.creditors]
        if self.page.standing.creditor is not None:
            rows.insert(0, Row(EVERYONE, (("Everyone", "accent"), "", "", "")))
        return rows

    def _creditor(self, word: CreditorWord) -> Row:
        is_chosen = word.creditor == self.page.standing.creditor
        # A creditor's own score rests on little for long: it is said with its margin.
        own = f"{word.score.score:.0f} ±{word.score.margin:.0f}"
        return Row(
            word.creditor_id,
            (
                (word.creditor_name, "title") if is_chosen else word.creditor_name,
                (own if word.counted else "–", "accent"),
                f"{word.kept}/{word.counted}",
                ("–" if word.days_late is None else f"{word.days_late} d", "muted"),
            ),
        )

    # --- the numbers beside it ------------------------------------------------------------

    def summary(self) -> Content:
        """Score, margin, counts, streak, told in time, and what of it is in writing."""
        page, standing = self.page, self.page.standing
        score, counts = standing.score, standing.counts
        badge, _ = formats.badge(page.badge)
        change = badge.partition(" ")[2]
        first = [(self._number(score), "bold $text-primary")]
        if self._is_said(score):
            first.append((f" ± {score.margin:.0f}", "$foreground 80%"))
        first.append((f"   {score.confidence}", ""))
        if change:
            first.append((f"   {change} in 30 days", "$foreground 80%"))
        waiting = sum(count for outcome, count in counts.items() if outcome.is_overdue)
        lines = [
            Content.assemble(*first),
            Content(
                f"{formats.GLYPHS[Outcome.KEPT]} {counts[Outcome.KEPT]} kept  "
                f"{formats.GLYPHS[Outcome.LATE]} {counts[Outcome.LATE]} late  "
                f"{formats.GLYPHS[Outcome.MISSED]} {waiting} open"
            ),
        ]
        quiet = [f"{standing.streak} kept in a row"]
        if standing.to_tell:
            quiet.append(f"told in time {standing.told} of {standing.to_tell}")
        lines.append(Content(" · ".join(quiet)))
        lines.append(Content.styled(self._rests_on(), "$foreground 70%"))
        return Content("\n").join(lines)

    def _rests_on(self) -> str:
        evidence = self.page.standing.score.evidence
        said = f"Evidence {evidence:.1f} months"
        if self.page.written is not None:
            said += f" · {100 * self.page.written:.0f} % in writing"
        return said

    # --- what if --------------------------------------------------------------------------

    def what_ifs(self) -> list[tuple[str, str, str, bool]]:
        """What one might do, the score it gives, what the cash says, and whether that is bad."""
        return [
            (
                plain(self._what(each)),
                self._number(each.score),
                self._carried(each),
                each.short is not None,
            )
            for each in self.page.what_ifs
        ]

    def _what(self, what: WhatIf) -> str:
        promise = what.promise
        if what.supposed is Supposed.PAY_OPEN:
            return f"Pay {_open_ones(what.count)} today"
        if what.supposed is Supposed.PAY_AS_CASH_ALLOWS:
            return f"Pay {_open_ones(what.count)} by {self._day(what.on)}"
        if what.supposed is Supposed.MISS_NEXT and promise is not None:
            name = formats.short_name(promise.creditor_name)
            return f"Miss {name} {self._short(promise.due_on)}"
        if what.supposed is Supposed.RENEGOTIATE_NEXT and promise is not None:
            return f"Renegotiate {formats.short_name(promise.creditor_name)} today"
        until = self._day(self.page.until)
        if not what.count:
            return f"Nothing falls due until {until}"
        return f"Keep {'the next' if what.count == 1 else f'all {what.count}'} until {until}"

    def _carried(self, what: WhatIf) -> str:
        said = ""
        if what.supposed is Supposed.RENEGOTIATE_NEXT and what.stops:
            said = f"stops {what.stops} from counting; "
        if what.short is not None:
            gap = money.format(what.short.gap, what.short.currency, self.locale)
            day = "today" if what.short.on == self.page.today else self._short(what.short.on)
            return f"{said}{gap} short {day}"
        return said + ("cash ahead unknown" if what.carried is None else "cash carries it")

    def _short(self, day: date) -> str:
        return dates.short(day, self.page.today)

    def _day(self, day: date) -> str:
        """Without its weekday, where there is little room."""
        return self._short(day).split(" ", 1)[1]


def _key(line: MoveLine) -> tuple[str, int, date]:
    assert line.promise is not None
    return "move", line.promise.instalment_id, line.on


def _open_ones(count: int) -> str:
    words: Mapping[int, str] = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
    return "the open one" if count == 1 else f"the {words.get(count, str(count))} open ones"


def titles(ranges: Sequence[str], chosen: int) -> str:
    """The ranges of the chart, the chosen one marked without colour too."""
    return "  ".join(f"‹{name}›" if place == chosen else name for place, name in enumerate(ranges))


class WhatIfCard(Static):
    """What one might do: the score it gives on a day, and whether the cash carries it."""

    def __init__(self, id: str | None = None) -> None:
        """Nothing is shown before `show`."""
        super().__init__("", markup=False, id=id, classes="card")
        self._lines: Sequence[tuple[str, str, str, bool]] = ()

    def show(self, lines: CredibilityLines) -> None:
        """Show what the lines say."""
        self._lines = lines.what_ifs()
        self.border_title = f"What if, on {dates.short(lines.page.until, lines.page.today)}"
        self._fill()

    def on_resize(self) -> None:
        """Lay the lines out again."""
        self._fill()

    def _fill(self) -> None:
        room = self.content_size.width - 5
        if room <= 0:
            return
        shown: list[Content] = []
        for said, then, carried, is_short in self._lines:
            shown.append(Content.assemble(fit(said, room), (f"{then:>5}", "bold $text-primary")))
            style = "$text-warning" if is_short else "$foreground 70%"
            shown.append(Content.styled(f"  {carried}", style))
        self.update(Content("\n").join(shown))
