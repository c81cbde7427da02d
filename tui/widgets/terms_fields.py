"""The fields that terms are typed in: one set for agreements, new terms and offers.

`everyday` and `rarer` give the fields in rows of two, `texts` what stands in them at first, and
`read` makes terms of their values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from store.rules import cadence_words, money
from store.rules.cadence import ONCE
from store.rules.errors import BadInput
from store.rules.terms import Deferral, PaidBy, Terms
from store.rules.workdays import WeekendRule
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import AmountField, DateField
from tui.widgets.part_fields import (
    CadenceField,
    CountryField,
    DaysField,
    RateField,
    SpanField,
    span_text,
)

PAID_BY = (
    ("me", PaidBy.ME),
    ("standing order", PaidBy.STANDING_ORDER),
    ("direct debit", PaidBy.DIRECT_DEBIT),
    ("deduction from pay or benefits", PaidBy.DEDUCTION),
    ("a provider", PaidBy.PROVIDER),
)
WEEKEND = (
    ("stays where it is", WeekendRule.NONE),
    ("next working day", WeekendRule.FOLLOWING),
    ("working day before", WeekendRule.PRECEDING),
    ("next working day of that month", WeekendRule.MODIFIED_FOLLOWING),
)
DEFERRAL = (
    ("longer term", Deferral.EXTEND_TERM),
    ("onto the last instalment", Deferral.LAST_INSTALMENT),
    ("higher instalments", Deferral.RAISE_INSTALMENTS),
)
YES_OR_NO = (("yes", True), ("no", False))

RARER = (
    *("last_amount", "capacity", "upfront", "upfront_on", "weekend", "holidays", "apr"),
    *("fees_waived", "apr_from", "apr_until", "written_off", "interest_accrues"),
    *("defer_until", "deferral"),
)
"""The fields that stand behind `More`."""

DAY_HINT = "1 dec, +2w"

AT = {"count": "lasts", "until": "lasts", "days": "every"}
"""The field at which an error about a part of the terms is shown."""


class Pair(Horizontal):
    """Two fields beside each other, or below where there is no room."""

    DEFAULT_CSS = """
    Pair {
        height: auto;
        & > Field { width: 1fr; }
        & > Field.-narrow Input, & > Field Input { width: 1fr; }
        & > AmountField.-narrow Input { width: 14; }
        & > DateField.-narrow Input { width: 14; }
        & > SpanField Input { width: 16; }
        & > CadenceField Input { width: 20; }
        & > RateField Input, & > DaysField Input { width: 14; }
        & > Static { width: 1fr; }
    }
    .-stacked Pair { layout: vertical; }
    """


class More(Static, can_focus=True):
    """A line that opens the fields behind it, and puts them away again."""

    DEFAULT_CSS = """
    More {
        height: 1; padding: 0 1; margin-bottom: 1; color: $foreground 70%; pointer: pointer;
        text-wrap: nowrap; text-overflow: ellipsis;
        &:focus { color: $text-primary; text-style: bold; background: $foreground 7%; }
        &:hover { color: $text-primary; }
    }
    .-dense More { margin-bottom: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "open_or_shut", "Open", show=False, id="more.toggle"),
    ]

    class Toggled(Message):
        """It was opened or shut."""

        def __init__(self, is_open: bool) -> None:
            super().__init__()
            self.is_open = is_open

    def __init__(self, filled: int = 0) -> None:
        """`filled` says how many of the fields behind it say something."""
        super().__init__(markup=False)
        self.is_open, self.filled = False, filled
        self._say()

    def set_open(self, is_open: bool) -> None:
        """Open it or shut it."""
        if is_open is not self.is_open:
            self.is_open = is_open
            self._say()
            self.post_message(self.Toggled(is_open))

    def action_open_or_shut(self) -> None:
        """Open it, or shut it again."""
        self.set_open(not self.is_open)

    def on_click(self, event: events.Click) -> None:
        """Open it, or shut it again."""
        event.stop()
        self.action_open_or_shut()

    def _say(self) -> None:
        what = "a sum up front, a last amount, weekends, interest, a deferral …"
        said = f" ({self.filled} filled in)" if self.filled else ""
        self.update("▾ Fewer terms" if self.is_open else f"▸ More terms{said}: {what}")


@dataclass(frozen=True, slots=True)
class TermsFields:
    """Makes the fields, for one currency and the person's own way of writing."""

    currency: str
    today: date
    locale: str
    texts: Mapping[str, str]
    """What stands in each field at first."""

    def everyday(self) -> Iterator[Pair]:
        """The fields that nearly every agreement needs."""
        yield Pair(
            self._amount("amount", "Amount", hint="each time"),
            CadenceField("every", "How often", hint=cadence_words.HINT, value=self._text("every")),
        )
        yield Pair(
            self._date("first_due", "First due"),
            SpanField(
                "lasts",
                "How many, or until",
                self.today,
                self.locale,
                hint="12 · until 1 Mar · empty: until paid",
                value=self._text("lasts"),
            ),
        )
        yield Pair(
            ChoiceField(
                "paid_by",
                "Who pays",
                PAID_BY,
                hint="me, standing order, direct debit …",
                value=self._text("paid_by"),
            ),
            DaysField(
                "grace_days",
                "Days of grace",
                hint="this many days later is on time",
                value=self._text("grace_days"),
            ),
        )

    def rarer(self, *, capacity: bool) -> Iterator[Pair]:
        """The fields behind `More`; `capacity` is what one can afford, which offers lack."""
        yield Pair(
            self._amount("last_amount", "Last amount", hint="where the last one differs"),
            self._amount("capacity", "What I can afford a month", hint="as seen today; it is kept")
            if capacity
            else Static(),
        )
        yield Pair(self._amount("upfront", "Sum up front"), self._date("upfront_on", "… paid on"))
        yield Pair(
            ChoiceField(
                "weekend",
                "Due on a weekend",
                WEEKEND,
                hint="Where such a due date goes",
                value=self._text("weekend"),
            ),
            CountryField(
                "holidays",
                "Public holidays of",
                hint="GB, GB-SCT, DE-BY …: as weekends",
                value=self._text("holidays"),
            ),
        )
        yield Pair(
            RateField(
                "apr",
                "Interest while it is kept",
                hint="0 for none; empty: the debt's own",
                value=self._text("apr"),
            ),
            self._amount("fees_waived", "Fees waived", lowest=0),
        )
        yield Pair(
            self._date("apr_from", "… from", hint="empty: at once"),
            self._date("apr_until", "… until", hint="its last day; empty: to the end", ahead=True),
        )
        yield Pair(
            self._date("defer_until", "Nothing due before", ahead=True),
            ChoiceField(
                "deferral",
                "What is deferred goes",
                DEFERRAL,
                hint="empty: into a longer term",
                value=self._text("deferral"),
            ),
        )
        yield Pair(
            ChoiceField(
                "interest_accrues",
                "Interest accrues meanwhile",
                YES_OR_NO,
                hint="yes or no, while nothing is due",
                value=self._text("interest_accrues"),
            ),
            self._amount("written_off", "Written off", lowest=0),
        )

    def _text(self, name: str) -> str:
        return self.texts.get(name, "")

    def _amount(self, name: str, label: str, *, hint: str = "", lowest: int = 1) -> AmountField:
        return AmountField(
            name,
            label,
            self.currency,
            self.locale,
            lowest=lowest,
            hint=hint,
            value=self._text(name),
        )

    def _date(
        self, name: str, label: str, *, hint: str = DAY_HINT, ahead: bool = False
    ) -> DateField:
        return DateField(
            name, label, self.today, self.locale, ahead=ahead, hint=hint, value=self._text(name)
        )


def texts(terms: Terms, currency: str, locale: str) -> dict[str, str]:
    """What stands in each field for terms that are there already."""
    found: dict[str, str] = {
        "lasts": span_text(terms.count, terms.until),
    }
    if terms.amount is not None or terms.first_due is not None:
        found["every"] = cadence_words.typed(terms.cadence)
    for name in ("amount", "last_amount", "upfront", "fees_waived", "written_off"):
        if (amount := getattr(terms, name)) is not None:
            found[name] = money.format(amount, currency, locale)
    for name in ("first_due", "upfront_on", "defer_until", "apr_from", "apr_until"):
        if (day := getattr(terms, name)) is not None:
            found[name] = day.isoformat()
    for name, options in (("paid_by", PAID_BY), ("weekend", WEEKEND), ("deferral", DEFERRAL)):
        if (word := getattr(terms, name)) is not None:
            found[name] = next(label for label, value in options if value == word)
    if terms.interest_accrues is not None:
        found["interest_accrues"] = "yes" if terms.interest_accrues else "no"
    if terms.apr is not None:
        found["apr"] = f"{terms.apr:f}"
    if terms.grace_days is not None:
        found["grace_days"] = str(terms.grace_days)
    if terms.holidays is not None:
        found["holidays"] = terms.holidays
    return found


def read(values: Mapping[str, Any]) -> Terms:
    """The terms that the values of the fields say; fields that are not there say nothing."""
    count, until = values.get("lasts") or (None, None)
    every = values.get("every") or ONCE
    if values.get("amount") is None and values.get("first_due") is None:
        # How often nothing is due says nothing.
        every = ONCE
    same = ("amount", "first_due", "last_amount", "upfront", "upfront_on", "defer_until",
            "deferral", "interest_accrues", "apr", "apr_from", "apr_until", "fees_waived",
            "written_off", "weekend", "holidays", "grace_days", "paid_by")  # fmt: skip
    return Terms(
        cadence=every, count=count, until=until, **{name: values.get(name) for name in same}
    )


def field_of(error: BadInput) -> BadInput:
    """An error of the rules at the field where its part of the terms is typed."""
    return BadInput(error.message, field=AT.get(error.field or "", error.field))
