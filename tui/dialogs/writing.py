"""Asks how far the paper of an agreement is, and what it says, before it is signed."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.widgets import Static

from store.ledger.agreement_views import AgreementLine
from store.ledger.checklists import Paper
from store.rules import dates, writing
from tui.dialogs.form import Form
from tui.dialogs.terms_form import label_of, note
from tui.widgets.cells import plain
from tui.widgets.checklist_field import ChecklistField
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import DateField, Field

if TYPE_CHECKING:
    from sqlmodel import Session

    from store.records.database import Ledger
    from tui.app import AccordApp

STATES = (
    ("not in writing", "unwritten"),
    ("asked for it", "requested"),
    ("their letter is here", "received"),
    ("signed by both", "signed"),
)


def begin(app: "AccordApp", line: AgreementLine) -> None:
    """Read what the paper of an agreement must say, then ask."""
    if app.ledger is not None:
        app.in_thread(partial(_read, app, app.ledger, line))


def _read(app: "AccordApp", ledger: "Ledger", line: AgreementLine) -> None:
    from store.ledger import checklists
    from store.ledger.limitation_queries import Where

    where = Where(app.settings.country, app.locale)
    with ledger.reading() as session:
        paper = checklists.paper(session, line.agreement_id, app.today, where)
    app.ask_from_thread(partial(WritingForm, app, line, paper), app.said)


class WritingForm(Form[str]):
    """How far it is, the paper's day, and what it says; gives what was done, in words."""

    TITLE = "In writing"

    DEFAULT_CSS = """
    WritingForm Dialog { width: 84; }
    """

    def __init__(self, app: "AccordApp", line: AgreementLine, paper: Paper) -> None:
        """`line` is the agreement, `paper` what its paper must say and says."""
        super().__init__()
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.line, self.paper = line, paper

    def compose_fields(self) -> ComposeResult:
        """The agreement in words, how far it is, the paper's day, and its checklist."""
        day = dates.short(self.line.made_on, self.today)
        now = next(label for label, value in STATES if value == self.line.writing)
        yield note(f"{label_of(self.line.place)}, agreed {day}. Now: {now}.")
        state = ChoiceField("writing", "Now", STATES, required=True, hint="down shows the choices")
        state.choose(self.line.writing)
        yield state
        written = self.line.written_on
        yield DateField(
            "on",
            "The paper is of",
            self.today,
            self.locale,
            past=True,
            hint="kept once there is a paper",
            value=written.isoformat() if written else "today",
        )
        yield ChecklistField(
            "checklist",
            "The paper says",
            [(each.key, each.text) for each in self.paper.clauses],
            states=self.paper.checklist,
            waivable=True,
            hint="space ticks · w says why it is not needed",
        )
        yield ChecklistField(
            "flags",
            "Look twice where",
            [(each.key, each.text) for each in writing.RED_FLAGS],
            states=self.paper.checklist,
            hint="space ticks what the paper has",
        )

    def compose_preview(self) -> ComposeResult:
        """What lacks, and what to look at before signing."""
        yield Static(markup=False, id="lacking")

    def on_mount(self) -> None:
        """Say at once what lacks."""
        self._say()

    def changed(self, field: Field) -> None:
        """Follow what is ticked."""
        self._say()

    def _say(self) -> None:
        self.query_one("#lacking", Static).update("\n".join(map(plain, self._said())))

    def _said(self) -> list[str]:
        said = list(self.paper.cautions)
        flags = writing.flagged(self.field("flags").value())
        if flags:
            said.append("Do not sign it like this before an adviser has seen it.")
        lacking = writing.missing(self.paper.clauses, self.field("checklist").value())
        if not self.paper.needs_signing:
            return [*said, "Between family a letter is enough; nobody has to sign."]
        if not lacking:
            return [*said, "The paper says all that it must."]
        count = "1 thing lacks" if len(lacking) == 1 else f"{len(lacking)} things lack"
        if self.line.writing == "signed":
            return [*said, f"{count}; it is signed all the same."]
        return [*said, f"{count} before it can be signed."]

    def afresh(self, session: "Session") -> "Callable[[], Form[str]] | None":
        """The same, of the record as it is now."""
        from store.ledger import agreement_queries, checklists
        from store.ledger.limitation_queries import Where

        there = agreement_queries.agreements(session, self.today)
        line = next((e for e in there if e.agreement_id == self.line.agreement_id), None)
        if line is None:
            return None
        where = Where(self.accord.settings.country, self.locale)
        paper = checklists.paper(session, line.agreement_id, self.today, where)
        return partial(WritingForm, self.accord, line, paper)

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it; gives what it did."""
        from store.ledger import agreements

        made = agreements.set_writing(
            self.ledger,
            self.line.agreement_id,
            writing=values["writing"],
            on=values["on"],
            today=self.today,
            checklist={**values["checklist"], **values["flags"]},
            version=self.line.version,
        )
        state = next(label for label, value in STATES if value == values["writing"])
        return f"{made.creditor}, {made.debt}: {state} · u takes it back"
