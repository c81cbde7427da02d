"""The form for one instalment: adjusted, or added to an agreement."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Static

from store.ledger.agreement_views import AgreementLine
from store.ledger.views import Promise
from store.rules import dates, money
from store.rules.errors import BadInput
from store.rules.terms import Promised
from tui.dialogs.form import Form
from tui.dialogs.terms_form import label_of, note
from tui.widgets.cells import plain
from tui.widgets.fields import AmountField, DateField, Field

if TYPE_CHECKING:
    from tui.app import AccordApp


class InstalmentForm(Form[str]):
    """When it is due and how much it is; gives what was done, in words."""

    class Weighed(Message):
        """What to know before it is promised was worked out, a line each."""

        def __init__(self, said: Sequence[str]) -> None:
            super().__init__()
            self.said = said

    def __init__(
        self, app: "AccordApp", line: AgreementLine, promise: Promise | None = None
    ) -> None:
        """`promise` is the instalment of `line` to adjust; without one, one is added."""
        super().__init__("Adjust an instalment" if promise else "Add an instalment")
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.line, self.promise = line, promise

    @property
    def draft_name(self) -> str:
        """What is typed is kept for a new one only."""
        return "" if self.promise else f"instalment of {self.line.agreement_id}"

    def compose_fields(self) -> ComposeResult:
        """Which one it is, its day and its amount."""
        promise, currency = self.promise, self.line.place.currency
        which = f"instalment {promise.number} of {promise.count}" if promise else "one more"
        yield note(f"{label_of(self.line.place)}: {which}.")
        yield DateField(
            "due_on",
            "Due on",
            self.today,
            self.locale,
            required=True,
            value=promise.due_on.isoformat() if promise else "",
        )
        paid = money.format(promise.paid, currency, self.locale) if promise else ""
        yield AmountField(
            "amount",
            "Amount",
            currency,
            self.locale,
            required=True,
            hint=f"{paid} of it is paid" if promise and promise.paid else "",
            value=money.format(promise.amount, currency, self.locale) if promise else "",
        )

    def compose_preview(self) -> ComposeResult:
        """Whether it fits."""
        yield Static(markup=False, id="fits")

    def on_mount(self) -> None:
        """Weigh what is filled in already."""
        self._weigh()

    def changed(self, field: Field) -> None:
        """Weigh what is typed."""
        self._weigh()

    def _weigh(self) -> None:
        paid = self.promise.paid if self.promise else 0
        try:
            wanted = Promised(self.field("due_on").value(), self.field("amount").value() - paid)
        except BadInput:
            wanted = None
        if wanted is None or wanted.amount <= 0:
            self.workers.cancel_group(self, "weighing")
            self.query_one("#fits", Static).update("")
            return
        self.run_worker(
            partial(self._work_out, wanted),
            thread=True,
            group="weighing",
            exclusive=True,
            exit_on_error=False,
        )

    def _work_out(self, wanted: Promised) -> None:
        from textual.worker import get_current_worker

        from store.ledger import offer_queries
        from tui import verdicts

        place = self.line.place
        with self.ledger.reading() as session:
            found = offer_queries.weigh_instalment(
                session,
                self.today,
                place.debt_id,
                wanted,
                in_place_of=self.promise.instalment_id if self.promise else None,
            )
        said = verdicts.before_promising(found, place.currency, self.locale)
        if not get_current_worker().is_cancelled:
            self.post_message(self.Weighed(said))

    @on(Weighed)
    def _say_weighed(self, message: Weighed) -> None:
        self.query_one("#fits", Static).update("\n".join(map(plain, message.said)))

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it; gives what it did."""
        from store.ledger import instalments

        if self.promise is None:
            done = instalments.add(self.ledger, self.line.agreement_id, today=self.today, **values)
        else:
            done = instalments.adjust(
                self.ledger,
                self.promise.instalment_id,
                was=Promised(self.promise.due_on, self.promise.amount),
                today=self.today,
                **values,
            )
        amount = money.format(done.amount, done.currency, self.locale)
        what = "Adjusted" if self.promise else "Added"
        day = dates.short(done.due_on, self.today)
        return f"{what}: {amount} to {done.creditor} on {day} · u takes it back"
