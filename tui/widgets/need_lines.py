"""What Today lists: what needs me and what comes next, as lines and in full."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from store.ledger.views import Key, PaperLine, Promise, Today, UndertakingLine, Warning
from store.rules import dates
from tui import formats
from tui.widgets.cells import Column, Lines, Row

COLUMNS = (
    Column("glyph", width=1),
    Column("who", max_width=26),
    Column("amount", justify="right"),
    Column("on", low=True),
    Column("what", flex=True),
)

Line = Promise | UndertakingLine | Warning | PaperLine


def of(view: Today) -> Mapping[Key, Line]:
    """Every line of a view by the record that it is about, in the order in which it is needed."""
    answers = [each for each in view.warnings if each.kind == "answer"]
    others = [each for each in view.warnings if each.kind != "answer"]
    needs: list[Line] = [
        *answers,
        *view.overdue,
        *view.due,
        *view.undertakings,
        *others,
        *view.papers,
        *view.upcoming,
    ]
    return {each.record: each for each in needs}


@dataclass(frozen=True)
class NeedLines:
    """Writes the lines of a view, with amounts as `locale` has them."""

    view: Today
    locale: str
    _made: dict[Key, Row] = field(default_factory=dict, repr=False)
    """Rows by their record: while one types what to look for, they stay the same."""

    def needs(self, *, put_off: bool) -> Sequence[Row]:
        """What needs me: first what a court wants answered, then promises, then the rest.

        With `put_off` also what comes back later.
        """
        coming = {each.record for each in self.view.upcoming}
        return self._rows(
            [
                line
                for line in of(self.view).values()
                if line.record not in coming and (put_off or not self.view.is_put_off(line.record))
            ]
        )

    def upcoming(self) -> Sequence[Row]:
        """What falls due next."""
        return self._rows(self.view.upcoming)

    def _rows(self, lines: Sequence[Line]) -> Sequence[Row]:
        return Lines([each.record for each in lines], lambda place: self._row_of(lines[place]))

    def _row_of(self, line: Line) -> Row:
        if line.record not in self._made:
            self._made[line.record] = self.row(line)
        return self._made[line.record]

    def row(self, line: Line) -> Row:
        """One line of a list."""
        later = self.view.put_off.get(line.record) if self.view.is_put_off(line.record) else None
        cells = self._cells(line)
        if later is not None:
            *first, last = cells
            text = last if isinstance(last, str) else last[0]
            cells = (*first, (f"put off until {self._day(later)} · {text}", "muted"))
        return Row(line.record, cells)

    def _cells(self, line: Line) -> tuple[str | tuple[str, str], ...]:
        who = (line.creditor_name, "title")
        if isinstance(line, Promise):
            style, glyph = formats.style(line), formats.glyph(line)
            if line.record in self._unlogged:
                style, glyph = "accent", formats.NOT_LOGGED[0]
            return (
                (glyph, style),
                who,
                formats.amount(line, self.locale),
                self._day(line.due_on),
                (self._what(line), style),
            )
        if isinstance(line, UndertakingLine):
            mark = ("✉" if line.by == "me" else "←", "accent")
            said = line.text if line.by == "me" else f"they said: {line.text}"
            return (mark, who, "", self._day(line.due_on) if line.due_on else "", said)
        if isinstance(line, Warning):
            style = "danger" if line.kind == "answer" else "late"
            mark = ("§" if line.kind == "answer" else "!", style)
            # What they did is over; what is ahead comes nearer.
            away = "" if line.kind == "breach" else f" {dates.relative(line.on, self.view.on)}"
            said = f"{line.text}{away}"
            return (
                mark,
                who,
                "",
                self._day(line.on),
                (said, style) if style == "danger" else said,
            )
        return (("✎", "muted"), who, "", "", f"{line.debt_name}: not in writing yet")

    @cached_property
    def _unlogged(self) -> Set[Key]:
        """The promises that Today proposes to go through."""
        return {each.record for each in self.view.to_catch_up}

    def _what(self, promise: Promise) -> str:
        what = formats.when(promise, self.view.on)
        if promise.record in self._unlogged:
            what = formats.NOT_LOGGED[1]
        if promise.outcome.is_open and promise.due_on > self.view.on:
            what = f"{what} · {formats.place(promise)}"
        elif promise.priority:
            what = f"{what} · priority"
        return f"{what} · {promise.paid_by}" if promise.pays_itself else what

    def detail(self, line: Line | None) -> list[str]:
        """A line in full: who it is about, then what there is to know."""
        if isinstance(line, Promise):
            return [
                f"{line.creditor_name} · {line.debt_name}, instalment {formats.place(line)}",
                *formats.promise_details(line, self.view.on, self.locale),
            ]
        if isinstance(line, UndertakingLine):
            whose = "I said I would" if line.by == "me" else "They said they would"
            return [line.creditor_name, f"{whose}: {line.text}", *self._by(line.due_on)]
        if isinstance(line, Warning):
            if line.kind == "breach":
                return [line.creditor_name, line.text, f"On {self._day(line.on)}."]
            return [line.creditor_name, line.text, *self._by(line.on)]
        if isinstance(line, PaperLine):
            state = (
                "asked for in writing, not here yet"
                if line.writing == "requested"
                else "not in writing: ask for a letter that says what was agreed"
            )
            return [
                f"{line.creditor_name} · {line.debt_name}",
                f"Agreed on {self._day(line.made_on)}; {state}.",
            ]
        return []

    def headline(self) -> str:
        """Today in one plain sentence, after what a court wants answered."""
        view = self.view
        first = next((each for each in view.warnings if each.kind == "answer"), None)
        sentence = formats.headline(
            len(view.overdue),
            len(view.due),
            sum(each is not first for each in view.to_do),
            view.next_promise,
            view.on,
            formats.short(view.outlooks, self.locale),
            formats.NOTHING_PROMISED if formats.is_unplanned(view) else "",
        )
        if first is None:
            return sentence
        by = f"by {self._day(first.on)}, {dates.relative(first.on, view.on)}"
        # Whoever has a court to answer is not done.
        return f"{first.text} {by}. {sentence.removeprefix('Done for today. ')}"

    def proposal(self) -> str:
        """What is proposed after silence; empty where nothing is."""
        said = formats.not_logged(self.view)
        return f"{said}: k goes through them, one key each." if said else ""

    def _by(self, day: date | None) -> list[str]:
        """A last day in words, where there is one."""
        today = self.view.on
        return [f"By {self._day(day)}, {dates.relative(day, today)}"] if day else []

    def _day(self, day: date) -> str:
        return dates.short(day, self.view.on)


def name(line: Line) -> str:
    """A line in a few words, as an undo names it."""
    if isinstance(line, Promise):
        return f"{line.creditor_name}, {line.debt_name}"
    if isinstance(line, PaperLine):
        return f"{line.creditor_name}, {line.debt_name} in writing"
    return f"{line.creditor_name}, {line.text}"
