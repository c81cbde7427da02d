"""Asks what became of an offer: declined, countered, lapsed, or open again."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from store.ledger.agreement_views import OfferLine
from store.rules import dates, money
from store.rules.errors import BadInput
from tui.dialogs.form import Form
from tui.dialogs.terms_form import label_of, note
from tui.widgets.cells import plain
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import DateField, Field, TextField

if TYPE_CHECKING:
    from tui.app import AccordApp

ANSWERS = (
    ("declined", "declined"),
    ("countered with another offer", "countered"),
    ("lapsed without an answer", "lapsed"),
    ("still open", "open"),
)


class AnswerOffer(Form[str]):
    """The answer, its day, and what was said; gives what was done, in words."""

    TITLE = "The answer"

    def __init__(self, app: "AccordApp", line: OfferLine, others: Sequence[OfferLine]) -> None:
        """`line` is the offer, `others` those of the other side on the same debt."""
        super().__init__()
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.line, self.others = line, others

    def compose_fields(self) -> ComposeResult:
        """The offer in words, the answer, its day, and what was said."""
        line = self.line
        whose = "My offer to" if line.by == "me" else "The offer of"
        day = dates.short(line.on, self.today)
        yield note(f"{whose} {label_of(line.place)}, {day}. Accepted? esc, then A.")
        status = ChoiceField("status", "Answer", ANSWERS, required=True)
        if line.status in {value for _, value in ANSWERS} and not line.is_open:
            status.choose(line.status)
        yield status
        answered = line.answered_on
        yield DateField(
            "answered_on",
            "Answered on",
            self.today,
            self.locale,
            past=True,
            value=answered.isoformat() if answered else "today",
        )
        counter = ChoiceField(
            "countered_by",
            "Countered by",
            [(self._label(each), each.offer_id) for each in self.others],
            hint="the offer that was made instead, once it is recorded",
        )
        if line.countered_by_id in {each.offer_id for each in self.others}:
            counter.choose(line.countered_by_id)
        counter.display = line.status == "countered" and bool(self.others)
        yield counter
        yield TextField("note", "What they said", value=plain(line.answer_note or ""))

    def _label(self, offer: OfferLine) -> str:
        amount = offer.terms.amount or offer.terms.upfront
        text = money.format(amount, offer.place.currency, self.locale) if amount else "an offer"
        return f"{text} of {dates.short(offer.on, self.today)}"

    def changed(self, field: Field) -> None:
        """Ask for the counter-offer only where there was one."""
        if field.key == "status":
            try:
                is_countered = field.value() == "countered"
            except BadInput:
                is_countered = False
            self.field("countered_by").display = is_countered and bool(self.others)

    def _note(self, typed: str | None) -> str | None:
        """What was typed; what was there before, if that is only how it was shown."""
        before = self.line.answer_note
        return before if typed == (plain(before or "").strip() or None) else typed

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it; gives what it did."""
        from store.ledger import offers

        offered = offers.answer(
            self.ledger,
            self.line.offer_id,
            status=values["status"],
            answered_on=values["answered_on"],
            today=self.today,
            note=self._note(values["note"]),
            countered_by_id=values.get("countered_by"),
        )
        whose = "My offer to" if offered.by == "me" else "The offer of"
        status = "is open again" if offered.status == "open" else f"was {offered.status}"
        status = "lapsed" if offered.status == "lapsed" else status
        return f"{whose} {offered.creditor} {status} · u takes it back"
