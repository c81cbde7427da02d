"""The form for an offer: terms that I or the creditor put to the other side."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from store.ledger.agreement_views import OfferLine
from store.rules import dates
from tui.dialogs.terms_form import TermsForm, ask, at_fields
from tui.widgets import terms_fields
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import DateField
from tui.widgets.terms_fields import Pair

if TYPE_CHECKING:
    from tui.app import AccordApp

SIDES = (("me", "me"), ("the creditor", "creditor"))


def begin(app: "AccordApp", debt_id: int | None = None) -> None:
    """Ask for an offer, on a debt where one is given."""
    if app.ledger is not None:
        ask(app, OfferForm(app, debt_id=debt_id))


def correct(app: "AccordApp", line: OfferLine) -> None:
    """Ask what is to be corrected about an offer."""
    if app.ledger is not None:
        ask(app, OfferForm(app, editing=line))


class OfferForm(TermsForm):
    """Whose offer, of when, until when, and its terms; gives what it did, in words."""

    DRAFT = "offer"
    DAY = "on"

    def __init__(
        self,
        app: "AccordApp",
        *,
        debt_id: int | None = None,
        editing: OfferLine | None = None,
    ) -> None:
        """`editing` is an offer to correct."""
        super().__init__(
            app,
            "Correct an offer" if editing else "A new offer",
            place=editing.place if editing else None,
            debt_id=debt_id,
            terms=editing.terms if editing else None,
        )
        self.editing = editing

    @property
    def draft_name(self) -> str:
        """What is typed is kept for new offers only."""
        if self.editing is not None:
            return ""
        return f"{self.DRAFT} on {self.begun_with}" if self.begun_with else self.DRAFT

    def compose_fields(self) -> ComposeResult:
        """Whose and when, then the terms."""
        line = self.editing
        by = ChoiceField("by", "Offered by", SIDES, required=True, hint="me, or the creditor")
        by.choose(line.by if line else "me")
        yield Pair(self.debt_field(), by)
        day = line.on if line else self.today
        until = line.valid_until if line else None
        yield Pair(
            DateField(
                "on",
                "Offered on",
                self.today,
                self.locale,
                past=True,
                required=True,
                hint="today, mon, 3 nov",
                value="today" if day == self.today else day.isoformat(),
            ),
            DateField(
                "valid_until",
                "Valid until",
                self.today,
                self.locale,
                hint="the last day to answer it",
                value=until.isoformat() if until else "",
            ),
        )
        yield from self.fields_of_terms.everyday()
        yield from self.compose_rarer(capacity=False)

    def save(self, values: Mapping[str, Any]) -> str:
        """Record or correct it; gives what it did."""
        from store.ledger import offers

        said: dict[str, Any] = {
            "by": values["by"],
            "on": values["on"],
            "valid_until": values["valid_until"],
            "terms": terms_fields.read(values),
            "today": self.today,
        }
        with at_fields():
            if self.editing is None:
                offered = offers.record(self.ledger, debt_id=values["debt"], **said)
            else:
                offered = offers.edit(
                    self.ledger, self.editing.offer_id, version=self.editing.version, **said
                )
        whose = "my offer to" if offered.by == "me" else "the offer of"
        what = "Corrected" if self.editing else "Recorded"
        day = dates.short(offered.on, self.today)
        return f"{what} {whose} {offered.creditor} of {day} · u takes it back"
