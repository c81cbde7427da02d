"""The form for new terms: they replace what is open of an agreement from a day on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.widgets import Static

from store.ledger.agreement_views import AgreementLine
from store.rules import dates
from store.rules.outcome import Outcome
from tui import formats
from tui.dialogs.terms_form import Asked, TermsForm, ask, at_fields, note, said, written_by
from tui.widgets import terms_fields
from tui.widgets.fields import DateField
from tui.widgets.terms_fields import Pair

if TYPE_CHECKING:
    from store.ledger.agreement_effects import Foreseen, ScoreEffect
    from tui.app import AccordApp


def begin(app: "AccordApp", line: AgreementLine) -> None:
    """Ask for the new terms of an agreement."""
    if app.ledger is not None:
        ask(app, RenegotiateForm(app, line))


class RenegotiateForm(TermsForm):
    """The day and the new terms; shows what becomes of the old instalments."""

    def __init__(self, app: "AccordApp", line: AgreementLine) -> None:
        """`line` is the agreement that is replaced; its terms fill the form in."""
        # What was given for the old terms is for the creditor to give again.
        upcoming = next((e.due_on for e in line.promises if e.outcome is Outcome.UPCOMING), None)
        terms = replace(
            line.terms, count=None, until=None, last_amount=None, upfront=None, upfront_on=None,
            defer_until=None, deferral=None, fees_waived=None, written_off=None, first_due=upcoming,
        )  # fmt: skip
        super().__init__(app, "New terms", place=line.place, terms=terms, save_label="Renegotiate")
        self.line = line

    @property
    def draft_name(self) -> str:
        """A draft for each agreement."""
        return f"renegotiate {self.line.agreement_id}"

    def compose_fields(self) -> ComposeResult:
        """The debt and the day, then the terms."""
        day = dates.short(self.line.made_on, self.today)
        yield note(f"These replace what is open of the agreement of {day}.")
        yield Pair(
            self.debt_field(),
            DateField(
                "made_on",
                "The day you both agreed",
                self.today,
                self.locale,
                past=True,
                required=True,
                hint="the old terms end; the first new payment may be any later day",
                value="today",
            ),
        )
        yield from self.fields_of_terms.everyday()
        yield Pair(written_by(self.today, self.locale), Static())
        yield from self.compose_rarer(capacity=True)

    def notes(self, asked: Asked) -> list[str]:
        """Say what becomes of the old instalments."""
        from store.ledger import agreement_effects

        with self.ledger.reading() as session:
            id_ = self.line.agreement_id
            seen = agreement_effects.foresee(session, id_, asked.day, self.today)
            effect = agreement_effects.score_effect(session, id_, asked.day, self.today)
        return [*foreseen(seen, self.today), *moved(effect, self.today)]

    def takes_place_of(self, asked: Asked) -> Collection[int]:
        """The agreement that is renegotiated; others on the debt go on beside it."""
        return (self.line.agreement_id,)

    def save(self, values: Mapping[str, Any]) -> str:
        """Record the new agreement; gives what it did."""
        from store.ledger import agreements

        with at_fields():
            made = agreements.renegotiate(
                self.ledger,
                self.line.agreement_id,
                made_on=values["made_on"],
                terms=terms_fields.read(values),
                today=self.today,
                capacity=values["capacity"],
                written_by=values["written_by"],
            )
        return said("Renegotiated with", made, self)


def foreseen(seen: "Foreseen", today: date) -> list[str]:
    """What becomes of the old instalments, and of what was paid since."""
    by_outcome: dict[Outcome, list[date]] = {}
    for due_on, outcome in seen.outcomes:
        by_outcome.setdefault(outcome, []).append(due_on)
    settled = sum(len(by_outcome.get(each, ())) for each in (Outcome.KEPT, Outcome.LATE))
    parts = [f"{settled} paid"] if settled else []
    for outcome in (Outcome.RENEGOTIATED_LATE, Outcome.RENEGOTIATED, Outcome.SUSPENDED,
                    Outcome.MISSED, Outcome.PARTIAL, Outcome.CANCELLED):  # fmt: skip
        if days := by_outcome.get(outcome):
            what = f"{formats.GLYPHS[outcome]} {len(days)} {formats.word(outcome)}"
            parts.append(f"{what} ({_span(days, today)})")
    said = [f"Of the old ones: {', '.join(parts)}."] if parts else []
    if seen.kept_payments:
        count = seen.kept_payments
        are = "1 payment" if count == 1 else f"{count} payments"
        said.append(f"! {are} since that day still count for the old agreement.")
    return said


def moved(effect: "ScoreEffect", today: date) -> list[str]:
    """What it does to the score today, and if it waits until after the next due date."""
    before, after = f"{effect.before:.0f}", f"{effect.after:.0f}"
    said = f"Your word: {before} → {after} today" if before != after else f"Your word stays {after}"
    if effect.next_due is None or effect.in_time is None or effect.waiting is None:
        return [f"{said}."]
    day = dates.short(effect.next_due, today)
    in_time, waiting = f"{effect.in_time:.0f}", f"{effect.waiting:.0f}"
    if in_time == waiting:
        return [f"{said}; waiting until after {day} changes little."]
    return [f"{said}. If it waits until after {day}: {waiting}, and not {in_time}."]


def _span(days: Sequence[date], today: date) -> str:
    first, last = (dates.short(day, today).split(" ", 1)[1] for day in (days[0], days[-1]))
    if len(days) == 1:
        return first
    return f"{first}, {last}" if len(days) == 2 else f"{first} to {last}"
