"""The files of one record: open, add, save a copy, remove."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from store.ledger.documents import DocumentLine, Owner, OwnerKind
from store.rules import dates
from tui.dialogs.dialog import Dialog, Modal, Question
from tui.dialogs.form import Form
from tui.messages import LedgerChanged
from tui.widgets.cells import Column, Row, plain
from tui.widgets.path_field import NewPathField, PathsField, free
from tui.widgets.record_list import RecordList

if TYPE_CHECKING:
    from sqlmodel import Session

    from store.records.database import Ledger
    from tui.app import AccordApp

COLUMNS = (
    Column("name", flex=True),
    Column("size", justify="right"),
    Column("added", low=True),
)
OF_ALL = (COLUMNS[0], Column("of", low=True), *COLUMNS[1:])
"""Of a creditor, with the record that each belongs to."""


def begin(app: "AccordApp", owner: Owner, title: str) -> None:
    """Show the files of a record; `title` names it."""
    if app.ledger is not None:
        app.push_screen(Files(app, owner, title))


class Files(Modal[None]):
    """The files, by name."""

    DEFAULT_CSS = """
    Files {
        align: center middle; background: $background 50%;
        & Dialog { width: 84; padding: 1 1; }
        & RecordList { height: auto; max-height: 16; min-height: 3; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "Add", id="file.add"),
        Binding("s", "save_copy", "Save a copy", id="file.save"),
        Binding("d", "remove", "Remove", id="file.remove"),
        Binding("u", "undo", "Take back", id="file.undo"),
        Binding("escape,q,F", "dismiss", "Close", id="file.close"),
    ]

    class Found(Message):
        """The files were read."""

        def __init__(self, files: Sequence[DocumentLine], of: Mapping[Owner, str]) -> None:
            super().__init__()
            self.files, self.of = files, of

    def __init__(self, app: "AccordApp", owner: Owner, title: str) -> None:
        """`app` has the ledger."""
        super().__init__()
        assert app.ledger is not None
        self.accord, self.ledger, self.owner, self.heading = app, app.ledger, owner, title
        self.files: Sequence[DocumentLine] = ()

    def compose(self) -> ComposeResult:
        """The list."""
        with Dialog() as dialog:
            dialog.border_title = Content(plain(f"Files: {self.heading}"))
            dialog.border_subtitle = "enter open · a add · s save a copy · d remove · esc closes"
            yield RecordList(
                OF_ALL if self.owner[0] == "creditor" else COLUMNS,
                empty="No files yet. a adds one: type its path, or drag it in.",
                classes="scrolling",
            )

    def on_mount(self) -> None:
        """Let the arrows move in the list."""
        self.query_one(RecordList).focus()

    def on_screen_resume(self) -> None:
        """Read the files, as what was above may have changed them."""
        self._read()

    def _read(self) -> None:
        if self.is_attached:
            self.run_worker(self._find, thread=True, exclusive=True, exit_on_error=False)

    def _find(self) -> None:
        from store.ledger import documents

        with self.ledger.reading() as session:
            owners = self._owners(session)
            self.post_message(self.Found(documents.lines(session, list(owners)), owners))

    def _owners(self, session: "Session") -> "Mapping[Owner, str]":
        """The record; of a creditor also its debts, and what passed with it: each with its name."""
        from store.ledger import creditor_queries

        kind, id_ = self.owner
        if kind != "creditor":
            return {self.owner: ""}
        today = self.accord.today
        found: dict[Owner, str] = {self.owner: ""}
        for debt in creditor_queries.debts(session, today):
            if any(number == id_ for _, number, _ in debt.chain):
                found["debt", debt.debt_id] = debt.name
        kinds: tuple[OwnerKind, ...] = ("contact", "agreement", "payment")
        # The newest first: an agreement is called by the day on which it was made.
        for event in creditor_queries.timeline(session, id_, today):
            for kind in kinds:
                if event.record[0] == kind:
                    found[kind, event.record[1]] = f"{kind} of {dates.short(event.on, today)}"
        return found

    def on_files_found(self, message: Found) -> None:
        """Show them."""
        self.files = message.files
        today = self.accord.today
        rows = []
        for each in self.files:
            of = [(plain(message.of[each.owner]), "muted")] if self.owner[0] == "creditor" else []
            added = (dates.short(each.added_at.date(), today), "muted")
            rows.append(Row(each.document_id, (plain(each.name), *of, size_of(each.size), added)))
        self.query_one(RecordList).set_rows(rows)

    @property
    def chosen(self) -> DocumentLine | None:
        """The file under the cursor."""
        row = self.query_one(RecordList).selected
        if row is None:
            return None
        return next((each for each in self.files if each.document_id == row.key), None)

    def on_record_list_opened(self) -> None:
        """Open the chosen file with the platform's program."""
        if (file := self.chosen) is not None:
            self._in_thread(partial(self._open, file.document_id))

    def _open(self, document_id: int) -> None:
        from store.ledger import documents

        with self.ledger.reading() as session:
            file = documents.content(session, document_id)
        self.accord.viewer.open(file)

    def action_add(self) -> None:
        """Ask for files."""
        self.app.push_screen(AddFiles(self.ledger, self.owner), self._saved)

    def action_undo(self) -> None:
        """Take back the last thing that was recorded, after naming it."""
        self.accord.action_undo()

    def action_save_copy(self) -> None:
        """Ask where a copy of the chosen file goes."""
        if (file := self.chosen) is not None:
            self.app.push_screen(SaveCopy(self.ledger, file), self._wrote)

    def action_remove(self) -> None:
        """Ask once, then remove the chosen file."""
        if (file := self.chosen) is None:
            return
        self.app.push_screen(
            Question(f"Remove {plain(file.name)}?", yes="Remove", no="Keep it", default=False),
            lambda yes: self._in_thread(partial(self._remove, file)) if yes else None,
        )

    def _remove(self, file: DocumentLine) -> None:
        from store.ledger import documents

        name = documents.detach(self.ledger, file.document_id)
        self.accord.call_from_thread(self._saved, f"Removed {name} · u takes it back")

    def _saved(self, summary: str | None) -> None:
        if summary is not None:
            self.accord.post_message(LedgerChanged(summary))
            self._read()

    def _wrote(self, summary: str | None) -> None:
        if summary is not None:
            self.accord.notify(plain(summary), markup=False)

    def _in_thread(self, work: partial[None]) -> None:
        self.accord.in_thread(work)


class AddFiles(Form[str]):
    """The paths of files that are attached."""

    TITLE = "Add files"

    def __init__(self, ledger: "Ledger", owner: Owner) -> None:
        """`owner` is the record that they belong to."""
        super().__init__(save_label="Attach")
        self.ledger, self.owner = ledger, owner

    def compose_fields(self) -> ComposeResult:
        """The paths."""
        yield PathsField(
            "path",
            "File",
            required=True,
            hint="Its path, or drag it in; several with spaces between. Up to 25 MB each.",
        )

    def save(self, values: Mapping[str, Any]) -> str:
        """Attach them."""
        from store.ledger import documents

        files = [documents.read_file(each) for each in values["path"]]
        documents.attach(self.ledger, files, self.owner)
        return f"Attached {', '.join(each.name for each in files)} · u takes it back"


class SaveCopy(Form[str]):
    """Where a copy of a file goes."""

    TITLE = "Save a copy"

    def __init__(self, ledger: "Ledger", file: DocumentLine) -> None:
        """`file` is copied."""
        super().__init__()
        self.ledger, self.file = ledger, file

    def compose_fields(self) -> ComposeResult:
        """The path."""
        name = plain(self.file.name).replace("/", "-")
        yield NewPathField("path", "File", required=True, value=free(f"~/{name}"))

    def save(self, values: Mapping[str, Any]) -> str:
        """Write it."""
        from store.ledger import documents

        path: Path = values["path"]
        documents.save(self.ledger, self.file.document_id, path)
        return f"Saved {path}"


def size_of(size: int) -> str:
    """Bytes as a person reads them."""
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KB"
    return f"{size / 1024 / 1024:.1f} MB"
