"""What the comparison of offers shows: a row for each, the best of each column marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from store.ledger.offer_views import Compared, Comparison, Weighed
from store.rules import dates, money
from tui import planning, verdicts
from tui.widgets.cells import Cell, Column, Row
from tui.widgets.schedule_preview import summary

COLUMNS = (
    Column("what", header="", flex=True),
    Column("monthly", justify="right", header="A month"),
    Column("fits", header="Fits"),
    Column("cash", header="Cash"),
    Column("months", justify="right", header="Months"),
    Column("total", justify="right", header="Total", low=True),
    Column("saved", justify="right", header="Saved", low=True),
    Column("apr", justify="right", header="APR", low=True),
    Column("share", justify="right", header="Fair", low=True),
    Column("interest", justify="right", header="Interest", low=True),
    Column("last", header="Last", low=True),
)
"""In the order of what one asks first; what there is no room for, the line below says."""

BEST = "★"


@dataclass(frozen=True)
class CompareLines:
    """Writes a comparison, with amounts as `locale` has them."""

    view: Comparison
    locale: str

    def rows(self) -> list[Row]:
        """What goes on now, then each offer."""
        return [Row(self.key(each), self._cells(n)) for n, each in enumerate(self.view.lines)]

    @staticmethod
    def key(line: Compared) -> int:
        """What a row is known by: the offer's number, 0 for what goes on now."""
        return 0 if line.offer is None else line.offer.offer_id

    def find(self, key: object) -> Compared | None:
        """The line of a row."""
        return next((each for each in self.view.lines if self.key(each) == key), None)

    def detail(self, line: Compared | None) -> list[str]:
        """A line in full: its schedule, its peak, and what to know before promising it."""
        if line is None:
            return []
        currency = self.view.place.currency
        weighed = line.weighed
        if weighed is None:
            return [f"{line.why_not}."]
        said: list[str] = []
        if weighed.promised:
            said += summary(weighed.promised, currency, self.view.on, self.locale)
        if costs := self._costs(line, weighed):
            said.append(costs)
        if weighed.peak_on is not None and weighed.peak != weighed.monthly:
            said.append(
                f"The most in one month: {self._money(weighed.peak)}, {weighed.peak_on:%B %Y}."
            )
        if given := weighed.written_off + weighed.waived:
            said.append(f"Written off or waived: {self._money(given)}.")
        if line.offer is None and weighed.never_clears:
            return [*said, f"! {verdicts.NEVER_ENDS}"]
        if line.offer is None and weighed.is_nothing:
            return ["! Nothing is paid on it: all of it stays owed."]
        if line.offer is None:
            left = weighed.left_over
            return [*said, *([f"! {self._money(left)} is left over in the end."] if left else [])]
        if line.offer.answer_note:
            said.append(f"Why: “{line.offer.answer_note}”")
        if line.offer.is_open:
            said += verdicts.before_promising(weighed, currency, self.locale)
        return said

    def _costs(self, line: Compared, weighed: Weighed) -> str:
        """All that a narrow list has no columns for."""
        share = _of_share(weighed)
        parts = [f"{self._money(weighed.total_paid)} in all" if weighed.total_paid else ""]
        if weighed.interest is not None:
            parts.append(f"{self._money(weighed.interest)} of it interest")
        if line.saved is not None:
            parts.append(f"{self._money(line.saved)} saved")
        if weighed.apr is not None:
            parts.append(f"APR {weighed.apr:f} %")
        if share:
            parts.append(f"{share} of a fair share")
        if weighed.last_on is not None:
            parts.append(f"the last on {dates.short(weighed.last_on, self.view.on)}")
        return " · ".join(filter(None, parts))

    def _cells(self, n: int) -> tuple[Cell, ...]:
        line = self.view.lines[n]
        name: Cell = (planning.name(line, self.view), "title")
        weighed = line.weighed
        if weighed is None:
            return (name, *(("–", "muted") for _ in COLUMNS[1:]))
        is_over = line.offer is not None and not line.offer.is_open
        style = "muted" if is_over else ""
        last = weighed.last_on
        return (
            (name[0], style or "title"),
            self._marked("monthly", n, self._money(weighed.monthly), style),
            ("", "") if weighed.is_nothing else _fits(weighed.fits, style),
            (
                planning.cash_word(weighed, self.view.on),
                "late" if weighed.fails_on and not is_over else style,
            ),
            self._marked("months", n, planning.lasts(weighed), style),
            self._marked("total", n, self._money(weighed.total_paid), style),
            self._marked("saved", n, self._money(line.saved), style),
            ("–" if weighed.apr is None else f"{weighed.apr:f} %", style),
            (_of_share(weighed) or "–", style),
            self._marked(
                "interest", n, self._money(None if weighed.is_nothing else weighed.interest), style
            ),
            ("–" if last is None else dates.short(last, self.view.on).split(" ", 1)[1], style),
        )

    def _marked(self, column: str, n: int, text: str, style: str) -> Cell:
        """A cell, marked where it is the best of its column."""
        return (f"{BEST} {text}", "good") if n in self._best.get(column, ()) else (text, style)

    @cached_property
    def _best(self) -> dict[str, Sequence[int]]:
        """The rows that are best by each column, of what goes on and what is open."""
        return self.view.best()

    def _money(self, amount: int | None) -> str:
        return (
            "–" if amount is None else money.format(amount, self.view.place.currency, self.locale)
        )


def _of_share(weighed: Weighed) -> str:
    """How much of a fair share it is; empty where none is known, or nothing is paid."""
    if not weighed.share or weighed.is_nothing:
        return ""
    return f"{100 * weighed.monthly // weighed.share} %"


def _fits(fits: bool | None, style: str) -> Cell:
    text, own = {True: ("✓ yes", "good"), False: ("◌ no", "late"), None: ("?", "muted")}[fits]
    return text, style or own
