"""The form that logs a payment, or corrects one: it shows what the money will settle."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Static

from store.ledger.views import PaymentLine, Promise
from store.rules import dates, money
from store.rules.errors import BadInput
from tui import formats, views
from tui.dialogs.form import Form
from tui.messages import LedgerChanged
from tui.widgets.cells import kept, plain
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import AmountField, DateField, Field, TextField

if TYPE_CHECKING:
    from sqlmodel import Session

    from store.ledger.payments import Book
    from tui.app import AccordApp

BY_DATE = 0
"""The choice that leaves it to the rule what a payment is for."""

METHODS = ("transfer", "card", "standing order", "direct debit", "cash", "cheque")


def begin(app: "AccordApp", promise: Promise | None = None) -> None:
    """Ask for a payment; of `promise`, if one is chosen that still lacks money."""
    if app.ledger is not None:
        wanted = promise if promise is not None and promise.outcome.is_open else None
        app.push_screen(PaymentForm(app, promise=wanted), partial(_saved, app))


def correct(app: "AccordApp", line: PaymentLine) -> None:
    """Ask what is to be corrected about a payment."""
    if app.ledger is not None:
        app.push_screen(PaymentForm(app, editing=line), partial(_saved, app))


def _saved(app: "AccordApp", summary: str | None) -> None:
    if summary is not None:
        app.post_message(LedgerChanged(summary))


class PaymentForm(Form[str]):
    """Debt, amount, day, and what it is for; gives what it did, in words."""

    class DebtsRead(Message):
        """The debts that can be paid were read, as (label, number, currency).

        `cautions` say what to know before paying on some of them, by number.
        """

        def __init__(
            self, debts: Sequence[tuple[str, int, str]], cautions: Mapping[int, str]
        ) -> None:
            super().__init__()
            self.debts, self.cautions = debts, cautions

    class BookRead(Message):
        """What a payment on a debt can be for was read."""

        def __init__(self, debt_id: int, book: "Book") -> None:
            super().__init__()
            self.debt_id = debt_id
            self.book = book

    def __init__(
        self,
        app: "AccordApp",
        *,
        promise: Promise | None = None,
        editing: PaymentLine | None = None,
    ) -> None:
        """`promise` fills the form in; `editing` is a payment to correct."""
        super().__init__("Correct a payment" if editing else "Log a payment")
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.badge, self.country = app.badge, app.settings.country
        self.promise, self.editing = promise, editing
        self.book: Book | None = None
        self.currencies: dict[int, str] = {}
        self.cautions: Mapping[int, str] = {}
        start = editing or promise
        self.debt_id = start.debt_id if start else None
        if start is not None:
            self.currencies[start.debt_id] = start.currency

    @property
    def draft_name(self) -> str:
        """A draft for each promise, so that none fills in another's form."""
        if self.editing is not None:
            return ""
        return f"payment of {self.promise.instalment_id}" if self.promise else "payment"

    # --- fields -----------------------------------------------------------------------------

    def compose_fields(self) -> ComposeResult:
        """Who, how much, when, what for, how."""
        start = self.editing or self.promise
        debts = (
            [(_debt_label(start.creditor_name, start.debt_name), start.debt_id)] if start else []
        )
        debt = ChoiceField("debt", "To", debts, required=True, hint="A creditor or debt")
        if start is not None:
            debt.choose(start.debt_id)
        debt.disabled = self.editing is not None
        yield debt
        yield AmountField(
            "amount",
            "Amount",
            start.currency if start else "GBP",
            self.locale,
            required=True,
            value=self._amount(),
        )
        yield DateField(
            "paid_on",
            "Paid on",
            self.today,
            self.locale,
            past=True,
            required=True,
            value=self._day(),
        )
        yield self._what_for()
        yield ChoiceField(
            "method",
            "How",
            [(each, each) for each in METHODS],
            allow_new_text=True,
            value=plain(self.editing.method or "") if self.editing else self._method(),
        )
        note = plain(self.editing.note or "") if self.editing else ""
        yield TextField("note", "Note", value=note)

    def compose_preview(self) -> ComposeResult:
        """What the payment will settle."""
        yield Static(markup=False, id="settles")

    def _amount(self) -> str:
        if self.editing is not None:
            return money.format(self.editing.amount, self.editing.currency, self.locale)
        if self.promise is not None:
            return money.format(self.promise.unpaid, self.promise.currency, self.locale)
        return ""

    def _day(self) -> str:
        """Today, or the due date where a standing order or the like pays it."""
        day = self.today
        if self.editing is not None:
            day = self.editing.paid_on
        elif self.promise is not None and self.promise.pays_itself:
            day = min(self.promise.due_on, self.today)
        return "today" if day == self.today else day.isoformat()

    def _method(self) -> str:
        pays_itself = self.promise is not None and self.promise.pays_itself
        return self.promise.paid_by or "" if self.promise and pays_itself else ""

    def _what_for(self) -> ChoiceField:
        field = ChoiceField("for", "For", [self._by_rule()], required=True)
        if self.promise is not None:
            field.set_options([self._by_rule(), self._label_of(self.promise)])
            field.choose(self.promise.instalment_id)
        else:
            field.choose(BY_DATE)
        return field

    def _by_rule(self) -> tuple[str, int]:
        if self.editing is not None:
            return "as it is", BY_DATE
        return "what is due: the nearest, else the oldest", BY_DATE

    def _label_of(self, promise: Promise) -> tuple[str, int]:
        return self._label(
            promise.due_on, promise.number, promise.count, promise.unpaid, promise.currency
        ), promise.instalment_id

    def _label(self, due_on: Any, number: int, of: int, lacking: int, currency: str) -> str:
        day = dates.short(due_on, self.today)
        return f"{day} · {money.format(lacking, currency, self.locale)} · {number} of {of}"

    # --- reading, in threads ----------------------------------------------------------------

    def on_mount(self) -> None:
        """Read the debts, and what the chosen one's instalments are."""
        self.read_later(self._read_debts, "debts")
        if self.debt_id is not None:
            self.read_later(partial(self._read_book, self.debt_id), "book")

    def _wish_book(self) -> None:
        if self.debt_id is not None:
            read = partial(self._read_book, self.debt_id)
            self.run_worker(read, thread=True, group="book", exclusive=True, exit_on_error=False)

    def _read_debts(self) -> None:
        wanted = partial(views.payable, on=self.today, country=self.country, locale=self.locale)
        owed, cautions = self.accord.viewing.read(wanted)
        self.post_message(
            self.DebtsRead(
                [
                    (_debt_label(each.creditor_name, each.debt_name), each.debt_id, each.currency)
                    for each in owed
                ],
                cautions,
            )
        )

    def _read_book(self, debt_id: int) -> None:
        editing = self.editing.payment_id if self.editing else None
        wanted = partial(views.book, on=self.today, debt_id=debt_id, editing=editing)
        self.post_message(self.BookRead(debt_id, self.accord.viewing.read(wanted)))

    def on_payment_form_debts_read(self, message: DebtsRead) -> None:
        """Offer the debts by name."""
        self.currencies.update({debt_id: currency for _, debt_id, currency in message.debts})
        self.cautions = message.cautions
        field = self._choice("debt")
        field.set_options([(label, debt_id) for label, debt_id, _ in message.debts])
        if self.debt_id is not None and not field.touched:
            field.choose(self.debt_id)
        if not message.debts:
            field.error = "There is no debt yet to pay on."
        self._show_settled()

    def on_payment_form_book_read(self, message: BookRead) -> None:
        """Offer the debt's open instalments, and show what would be settled."""
        if message.debt_id != self.debt_id:
            return
        self.book = message.book
        field = self._choice("for")
        chosen = self._value("for")
        paid_on = self._value("paid_on") or self.today
        currency = self.currencies.get(message.debt_id, "")
        options = [
            (
                self._label(each.due_on, each.number, each.of, each.part, currency),
                each.instalment_id,
            )
            for each in self.book.candidates(paid_on)[:60]
        ]
        if self.promise is not None and self.promise.debt_id == self.debt_id:
            own = self._label_of(self.promise)
            options = [own, *(each for each in options if each[1] != own[1])]
        field.set_options([self._by_rule(), *options])
        known = {value for _, value in field.options}
        field.choose(chosen if chosen in known else BY_DATE)
        self._show_settled()

    # --- while one types --------------------------------------------------------------------

    def changed(self, field: Field) -> None:
        """Follow another debt; show what would be settled."""
        if field.key == "debt":
            debt_id = self._value("debt")
            if debt_id != self.debt_id:
                self.debt_id, self.book = debt_id, None
                if debt_id in self.currencies:
                    amount = self.field("amount")
                    assert isinstance(amount, AmountField)
                    amount.currency = self.currencies[debt_id]
                self._choice("for").set_options([self._by_rule()])
                self._choice("for").choose(BY_DATE)
                self._wish_book()
        self._show_settled()

    def _show_settled(self) -> None:
        lines = self._settled()
        caution = self.cautions.get(self.debt_id or 0)
        if caution and self.editing is None:
            lines.append(plain(f"! {caution}"))
        self.query_one("#settles", Static).update("\n".join(lines))

    def _settled(self) -> list[str]:
        """What the money would be for, a line each; none while something is missing."""
        amount, paid_on = self._value("amount"), self._value("paid_on")
        if self.book is None or amount is None or paid_on is None:
            return []
        currency = self.currencies[self.debt_id or 0]
        settled = self.book.propose(amount, paid_on, self._named())
        texts = formats.settled_texts(settled, currency, self.today, self.locale)
        lines = [f"→ {each}" for each in texts]
        rest = amount - sum(each.part for each in settled)
        stated_on = self.book.stated_on
        if stated_on is not None and paid_on > stated_on:
            stated_on = None
        if rest:
            text = money.format(rest, currency, self.locale)
            lines.append(f"→ {text} {formats.for_nothing(stated_on)}: no promise is open for it")
        owed = self.book.owed
        if stated_on is not None:
            lines.append(f"! {formats.counted_text(stated_on, self.today)}")
        # Where it is counted already, nothing may be left.
        if owed is not None and amount > owed and (owed > 0 or stated_on is None):
            text = f"more than the {money.format(owed, currency, self.locale)} that is owed"
            said = text if owed > 0 else "nothing is owed there any more"
            lines.append(f"! {said}: is the amount right?")
        return lines

    def _named(self) -> list[int]:
        chosen = self._value("for")
        if chosen in (None, BY_DATE):
            is_kept = self.editing is not None and self._value("paid_on") == self.editing.paid_on
            return self.book.was_for() if self.book is not None and is_kept else []
        return [chosen]

    def _value(self, name: str) -> Any:
        """A field's value, None while it cannot be read."""
        try:
            return self.field(name).value()
        except BadInput:
            return None

    def _choice(self, name: str) -> ChoiceField:
        field = self.field(name)
        assert isinstance(field, ChoiceField)
        return field

    # --- saving -----------------------------------------------------------------------------

    def afresh(self, session: "Session") -> "Callable[[], Form[str]] | None":
        """The same, of the record as it is now."""
        from store.ledger import queries

        found = queries.payment(session, self.editing.payment_id) if self.editing else None
        return partial(PaymentForm, self.accord, editing=found) if found else None

    def save(self, values: Mapping[str, Any]) -> str:
        """Record or correct the payment; gives what it did."""
        from store.ledger import payments

        named = [] if values["for"] == BY_DATE else [values["for"]]
        amount, paid_on = values["amount"], values["paid_on"]
        if self.editing is None:
            logged = payments.record(
                self.ledger,
                debt_id=values["debt"],
                amount=amount,
                paid_on=paid_on,
                today=self.today,
                named=named,
                method=values["method"],
                note=values["note"],
            )
        else:
            parts = None
            if named and self.book is not None:
                proposed = self.book.propose(amount, paid_on, named)
                parts = [(each.instalment_id, each.part) for each in proposed]
            logged = payments.edit(
                self.ledger,
                self.editing.payment_id,
                version=self.editing.version,
                amount=amount,
                paid_on=paid_on,
                today=self.today,
                parts=parts,
                reference=self.editing.reference,
                method=kept(self.editing.method, values["method"]),
                note=kept(self.editing.note, values["note"]),
            )
        moved = formats.moved(self.badge, self.accord.viewing.badge())
        said = (
            formats.logged_text(logged, self.today, self.locale),
            formats.beyond_text(logged, self.locale),
            moved,
            "u takes it back",
        )
        return " · ".join(filter(None, said))


def _debt_label(creditor: str, debt: str) -> str:
    return f"{creditor} · {debt}"
