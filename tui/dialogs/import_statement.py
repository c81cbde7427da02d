"""A bank statement in: the file, how its columns are read, and the review before it is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from store.exchange.statements.line import Mapping as Layout
from store.exchange.statements.line import Statement
from store.rules import dates
from store.rules.errors import BadInput
from tui.dialogs.dialog import Dialog
from tui.dialogs.form import Form
from tui.dialogs.import_columns import ColumnsDialog, currency_of
from tui.dialogs.import_review import ReviewDialog
from tui.dialogs.progress import Progress
from tui.widgets.path_field import PathField, stands

if TYPE_CHECKING:
    from tui.app import AccordApp

BESIDE = "statement.csv"
"""A statement that lies beside the ledger, as in the demo, is proposed."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it was read; `asks` whether a person has still to say what its columns are."""

    path: Path
    statement: Statement
    asks: bool


class StatementForm(Form[Taken]):
    """The file's path; gives what is in it."""

    TITLE = "Import a bank statement"

    def __init__(self, app: "AccordApp") -> None:
        """`app` has the ledger."""
        super().__init__(save_label="Read it")
        assert app.ledger is not None
        self.ledger = app.ledger

    def compose_fields(self) -> ComposeResult:
        """The path."""
        beside = self.ledger.path.with_name(BESIDE)
        yield PathField(
            "path",
            "The file from your bank",
            hint="CSV, OFX, QIF, camt or MT940. Type its path, or drag it in.",
            required=True,
            value=str(beside) if stands(beside) else "",
        )

    def action_submit(self) -> None:
        """Read the file, and say so: nothing is saved yet."""
        super().action_submit()
        if self._saving is not None:
            self.query_one(Dialog).border_subtitle = "Reading …"

    def save(self, values: Mapping[str, Any]) -> Taken:
        """Read the file; nothing of it is recorded yet."""
        from store.exchange.statements import reading

        path: Path = values["path"]
        day_first = dates.is_day_first(self.accord.locale)
        known: list[Layout] = []

        def remembered(header: tuple[str, ...]) -> Layout | None:
            from store.exchange import importing

            with self.ledger.reading() as session:
                found = importing.remembered(session, header)
            known.extend(filter(None, [found]))
            return found

        try:
            is_csv = reading.format_of(path) == "csv"
            try:
                with Progress(self.accord, f"Reading {path.name}") as progress:
                    statement = reading.read(
                        path,
                        mappings=remembered,
                        currency=currency_of(self.accord),
                        day_first=day_first,
                        progress=progress,
                    )
            except BadInput:
                if not is_csv:
                    raise
                # What a person says of the columns may mend it.
                statement = reading.look(path, day_first=day_first)
                return Taken(path, statement, asks=True)
        except BadInput as error:
            raise BadInput(error.message, field="path") from None
        return Taken(path, statement, asks=is_csv and not known)


def begin(app: "AccordApp") -> None:
    """Ask for a file, then how it is read where that is not known, then what its lines are."""
    if app.ledger is not None:
        app.push_screen(StatementForm(app), partial(_taken, app))


def _taken(app: "AccordApp", taken: Taken | None) -> None:
    if taken is None:
        return
    if taken.asks:
        dialog = ColumnsDialog(app, taken.path, taken.statement)
        app.push_screen(dialog, partial(_review, app, taken.path))
    else:
        _review(app, taken.path, taken.statement)


def _review(app: "AccordApp", path: Path, statement: Statement | None) -> None:
    if statement is not None:
        app.push_screen(ReviewDialog(app, path, statement), app.said)
