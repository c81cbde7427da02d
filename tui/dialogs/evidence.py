"""Asks what goes into an evidence pack, and where it is written to."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from store.papers.leaving_out import LEAVABLE
from store.papers.timeline_views import Scope
from tui.dialogs.form import Form
from tui.dialogs.progress import Progress
from tui.widgets.cells import plain
from tui.widgets.checklist_field import ChecklistField
from tui.widgets.choice_field import ChoiceField
from tui.widgets.path_field import NewPathField, free

if TYPE_CHECKING:
    from store.records.database import Ledger
    from tui.app import AccordApp

PRIVATE = "private"


def begin(app: "AccordApp", creditor_id: int, debt_id: int | None = None) -> None:
    """Read what the creditor holds, then ask."""
    if app.ledger is not None:
        app.in_thread(partial(_read, app, app.ledger, creditor_id, debt_id))


def _read(app: "AccordApp", ledger: "Ledger", creditor_id: int, debt_id: int | None) -> None:
    from store.ledger import creditor_queries, creditors

    with ledger.reading() as session:
        name = creditors.get(session, creditor_id).name
        debts = [
            (each.name, each.debt_id)
            for each in creditor_queries.debts(session, app.today)
            if any(id_ == creditor_id for _, id_, _ in each.chain)
        ]
    form = partial(EvidenceForm, app, (name, creditor_id), debts, debt_id)
    app.ask_from_thread(form, app.said)


class EvidenceForm(Form[str]):
    """About what, what is left out, and the file; gives where it was written, in words."""

    TITLE = "Evidence pack"

    DEFAULT_CSS = """
    EvidenceForm Dialog { width: 84; }
    """

    def __init__(
        self,
        app: "AccordApp",
        creditor: tuple[str, int],
        debts: list[tuple[str, int]],
        debt_id: int | None,
    ) -> None:
        """`creditor` and `debts` by name and number; `debt_id` is the one that is chosen."""
        super().__init__(save_label="Write")
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.creditor, self.debts, self.debt_id = creditor, debts, debt_id

    def compose_fields(self) -> ComposeResult:
        """About whom, the file, and what is left out."""
        name, creditor_id = self.creditor
        scopes = [
            (f"All that passed with {plain(name)}", Scope(creditor_id=creditor_id)),
            *(
                (f"{plain(debt)}, with all who held it", Scope(debt_id=id_))
                for debt, id_ in self.debts
            ),
        ]
        about = ChoiceField("scope", "About", scopes, required=True)
        chosen = Scope(debt_id=self.debt_id)
        about.choose(chosen if self.debt_id in {id_ for _, id_ in self.debts} else scopes[0][1])
        yield about
        words = "-".join(plain(name).casefold().split())
        safe = "".join(mark for mark in words if mark.isalnum() or mark == "-")
        yield NewPathField(
            "path",
            "File",
            required=True,
            value=free(f"~/evidence-{safe}-{self.today.isoformat()}.zip"),
            hint="A zip: timeline, payments, files, and sums that `sha256sum -c` verifies.",
        )
        yield ChecklistField(
            "without", "Leave out", list(LEAVABLE.items()), hint="space ticks what is left out"
        )
        yield ChecklistField(
            "with",
            "Put in",
            [(PRIVATE, "what I marked as private")],
            hint="space ticks it; else it is left out",
        )

    def save(self, values: Mapping[str, Any]) -> str:
        """Write the pack."""
        from store.papers import evidence

        pack = evidence.Pack(
            values["scope"],
            private=PRIVATE in values["with"],
            without=frozenset(values["without"]),
        )
        with Progress(self.app, "Writing the pack") as progress:
            written = evidence.write(
                self.ledger, values["path"], pack, self.today, self.locale, progress
            )
        return f"Evidence pack with {len(written.files)} files written to {values['path']}"
