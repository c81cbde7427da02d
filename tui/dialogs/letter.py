"""A letter came: one form per letter of the pile makes creditor, debt, contact and undertaking."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.message import Message

from store.rules import dates, money, priorities
from store.rules.errors import BadInput
from tui.dialogs.dialog import Question
from tui.dialogs.form import Form
from tui.messages import LedgerChanged
from tui.widgets.cells import plain
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import AmountField, DateField, Field, NoteField, TextField

if TYPE_CHECKING:
    from store.ledger.letters import Received
    from tui.app import AccordApp

YES, NO = "yes", "no"
STAGES = (
    ("no, a letter of the creditor", "none"),
    ("a notice before court", "notice"),
    ("a claim", "claim"),
    ("a judgment", "judgment"),
    ("enforcement: bailiffs, an order", "enforcement"),
)


def begin(app: "AccordApp", creditor_id: int | None = None) -> None:
    """Ask for a letter; from a creditor, if one is given."""
    if app.ledger is not None:
        app.push_screen(LetterForm(app, creditor_id), partial(_entered, app))


def _entered(app: "AccordApp", received: "Received | None") -> None:
    if received is None:
        return
    app.post_message(LedgerChanged(f"Letter from {received.creditor} · u takes it back"))
    if received.first is not None and received.first_by is not None:
        day = dates.short(received.first_by, app.today)
        relative = dates.relative(received.first_by, app.today)
        body = f"First comes: {plain(received.first)}, by {day}, {relative}."
    else:
        body = "Nothing in it has a date. Half a record is a record."

    def answered(again: bool | None) -> None:
        if again:
            begin(app)

    app.push_screen(
        Question("Entered.", body, yes="Another letter", no="Enough for tonight", default=False),
        answered,
    )


class LetterForm(Form["Received"]):
    """Who wrote, what they want, and by when; all but the name may be left empty."""

    TITLE = "A letter came"
    DRAFT: ClassVar[str] = "letter"

    class KnownRead(Message):
        """Who is known already was read: names with numbers and currencies, and their debts.

        A debt has its name, its number, who held it, and whether it comes first.
        """

        def __init__(
            self,
            creditors: list[tuple[str, int, str]],
            debts: list[tuple[str, int, frozenset[int], bool]],
        ) -> None:
            super().__init__()
            self.creditors = creditors
            self.debts = debts

    def __init__(self, app: "AccordApp", creditor_id: int | None = None) -> None:
        """`creditor_id` is who wrote, if known."""
        super().__init__(save_label="Enter it")
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.currency, self.creditor_id = app.currency, creditor_id
        self.currencies: dict[int, str] = {}
        self.debts: list[tuple[str, int, frozenset[int], bool]] = []

    @property
    def draft_name(self) -> str:
        """One for each creditor."""
        return f"letter from {self.creditor_id}" if self.creditor_id else self.DRAFT

    def compose_fields(self) -> ComposeResult:
        """As one reads a letter: from the top."""
        yield ChoiceField(
            "who",
            "Who wrote",
            [],
            allow_new_text=True,
            required=True,
            hint="Any name; new or known",
        )
        yield DateField(
            "dated", "Date of the letter", self.today, self.locale, past=True, required=True,
            value="today",
        )  # fmt: skip
        yield TextField("reference", "Their reference")
        yield ChoiceField(
            "debt", "About which debt", [], allow_new_text=True, hint="Loan, card, rent, tax"
        )
        priority = ChoiceField(
            "priority",
            "Does it come first?",
            [(YES, YES), (NO, NO)],
            required=True,
            hint="Home, energy, tax, fines: what you lose otherwise",
        )
        priority.choose(NO)
        yield priority
        yield AmountField("amount", "What they say you owe", self.currency, self.locale)
        yield NoteField("wants", "What they want, in a few words")
        yield DateField("reply_by", "Reply by", self.today, self.locale, ahead=True)
        stage = ChoiceField("stage", "Is it of a court?", list(STAGES))
        yield stage
        yield DateField(
            "answer_by",
            "The court wants an answer by",
            self.today,
            self.locale,
            ahead=True,
            hint="Stands at the top of Today. Do answer: free advice helps",
        )
        # What comes and goes while one types stands last, so that tab never goes one off.
        yield TextField(
            "currency",
            "What you owe them in",
            required=True,
            hint="Three letters: GBP, EUR, USD",
            value=self.currency,
        )

    def on_mount(self) -> None:
        """Read who is known; the court's date is asked for where it is a court's letter."""
        self.field("answer_by").display = self.field("currency").display = False
        self.read_later(self._read_known, "known")

    def _read_known(self) -> None:
        from store.ledger import creditor_queries

        with self.ledger.reading() as session:
            found = creditor_queries.creditors(session, self.today)
            debts = creditor_queries.debts(session, self.today)
        self.post_message(
            self.KnownRead(
                [(each.name, each.creditor_id, each.currency) for each in found.creditors],
                [
                    (
                        each.name,
                        each.debt_id,
                        frozenset(id_ for _, id_, _ in each.chain),
                        each.priority,
                    )
                    for each in debts
                ],
            )
        )

    def on_letter_form_known_read(self, message: KnownRead) -> None:
        """Offer who is known by name."""
        self.currencies = {id_: currency for _, id_, currency in message.creditors}
        self.debts = message.debts
        who = self._choice("who")
        who.set_options([(name, id_) for name, id_, _ in message.creditors])
        if self.creditor_id in self.currencies and not who.touched:
            who.choose(self.creditor_id)
        self._follow()
        self._suggest()

    def changed(self, field: Field) -> None:
        """Follow who wrote, and whether it is of a court."""
        if field.key in ("who", "currency"):
            self._follow()
        if field.key in ("who", "debt", "wants"):
            self._suggest()
        if field.key == "stage":
            try:
                stage = field.value()
            except BadInput:
                return
            self.field("answer_by").display = stage not in (None, "none")

    def _follow(self) -> None:
        try:
            who = self.field("who").value()
        except BadInput:
            return
        known = who if isinstance(who, int) else None
        self.field("currency").display = known is None
        typed = self.field("currency").text.strip().upper()
        new = typed if money.is_currency(typed) else self.currency
        amount = self.field("amount")
        assert isinstance(amount, AmountField)
        amount.currency = self.currencies.get(known or 0, new)
        own = [(name, id_) for name, id_, holders, _ in self.debts if known in holders]
        self._choice("debt").set_options(own)

    def _suggest(self) -> None:
        """Whether it comes first: as the words suggest; a debt that is there keeps its own."""
        try:
            debt = self.field("debt").value()
        except BadInput:
            debt = None
        known = next((first for _, id_, _, first in self.debts if id_ == debt), None)
        priority = self._choice("priority")
        priority.disabled = known is not None
        if known is not None:
            priority.choose(YES if known else NO)
        elif not priority.touched:
            words = (self.field(name).text for name in ("who", "debt", "wants"))
            priority.choose(YES if priorities.suggested(*words) else NO)

    def _choice(self, name: str) -> ChoiceField:
        field = self.field(name)
        assert isinstance(field, ChoiceField)
        return field

    def save(self, values: Mapping[str, Any]) -> "Received":
        """Enter the letter; gives what comes first now."""
        from store.ledger import letters

        stage = values["stage"]
        letter = letters.Letter(
            who=values["who"],
            dated=values["dated"],
            currency=(values.get("currency") or self.currency).strip().upper(),
            debt=values["debt"],
            reference=values["reference"],
            amount=values["amount"],
            wants=values["wants"],
            reply_by=values["reply_by"],
            stage=None if stage == "none" else stage,
            answer_by=values.get("answer_by"),
            priority=values["priority"] == YES,
        )
        return letters.received(self.ledger, letter, self.today)
