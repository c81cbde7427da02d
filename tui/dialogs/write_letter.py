"""Writes a letter: asks which, then for its words; it is kept, logged, and written to a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.widgets import Static, TextArea

from store.papers.letter_facts import Case
from store.papers.letters import Letter, Template
from store.rules.errors import BadInput
from tui.dialogs.contact import Saved, saved
from tui.dialogs.form import Form
from tui.dialogs.menu import Menu
from tui.widgets.cells import plain
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import Field, NoteField, TextField
from tui.widgets.path_field import NewPathField, free

if TYPE_CHECKING:
    from store.ledger.contact_views import Undertaken
    from store.records.database import Ledger
    from tui.app import AccordApp

WAYS = (
    ("letter, as PDF", "pdf"),
    ("email, as a draft that your mail program opens", "eml"),
    ("letter, as plain text", "text"),
    ("letter, as Markdown", "markdown"),
)


def begin(
    app: "AccordApp",
    creditor_id: int,
    debt_id: int | None = None,
    undertaking_id: int | None = None,
) -> None:
    """Ask which letter goes to a creditor; the one that the record asks for stands first.

    `undertaking_id` is what I said I would do, and is done by it.
    """
    ledger = app.ledger
    if ledger is None:
        return

    def go_on(summary: str | None = None) -> None:
        app.said(summary)
        app.in_thread(partial(_about, app, ledger, creditor_id, debt_id, undertaking_id))

    app.in_thread(partial(_who, app, ledger, go_on))


def _who(app: "AccordApp", ledger: "Ledger", go_on: Callable[[str | None], None]) -> None:
    """Ask once who writes: a letter without a name is none; whoever leaves it is let go on."""
    from store.ledger import person
    from tui.dialogs.me import MeForm

    with ledger.reading() as session:
        me = person.get(session)
    if me.name:
        app.call_from_thread(go_on, None)
    else:
        app.ask_from_thread(partial(MeForm, ledger, me), go_on)


def _about(
    app: "AccordApp",
    ledger: "Ledger",
    creditor_id: int,
    debt_id: int | None,
    undertaking_id: int | None,
) -> None:
    """Find which debt it is about; ask, where there are several."""
    from store.ledger import agreement_queries

    with ledger.reading() as session:
        held = [
            each
            for each in agreement_queries.places(session, app.today).values()
            if each.creditor_id == creditor_id and not each.is_closed
        ]
    if debt_id is None and len(held) > 1:
        debts = [(str(each.debt_id), plain(each.debt_name)) for each in held]

        def about(chosen: str | None) -> None:
            if chosen is not None:
                begin(app, creditor_id, int(chosen), undertaking_id)

        app.ask_from_thread(partial(Menu, "About which debt?", debts), about)
        return
    _which(app, ledger, creditor_id, debt_id, undertaking_id)


def _which(
    app: "AccordApp",
    ledger: "Ledger",
    creditor_id: int,
    debt_id: int | None,
    undertaking_id: int | None,
) -> None:
    """Read the case, and ask which letter it is."""
    from store.ledger import contact_queries
    from store.papers import letter_facts, letters

    folder = ledger.path.parent / letters.OWN
    with ledger.reading() as session:
        case = letter_facts.case(
            session, app.today, creditor_id=creditor_id, debt_id=debt_id, locale=app.locale
        )
        mine = [
            each
            for each in contact_queries.open_undertakings(session)
            if each.creditor_id == creditor_id and each.by == "me"
        ]
    first = letters.suggested(case.facts)
    known = letters.templates(folder)
    known.sort(key=lambda each: each.name != first)
    choices = [(each.name, _named(each, first)) for each in known]

    def chosen(name: str | None) -> None:
        if name is not None:
            template = next(each for each in known if each.name == name)
            app.in_thread(
                partial(_write, app, ledger, folder, template, case, mine, undertaking_id)
            )

    title = f"Letter to {plain(case.facts.creditor.name)}"
    app.ask_from_thread(partial(Menu, title, choices), chosen)


def _named(template: Template, first: str) -> str:
    title = plain(template.title)
    if template.name == first:
        return f"{title} · suggested"
    return f"{title} (your own)" if template.is_own else title


def _write(
    app: "AccordApp",
    ledger: "Ledger",
    folder: Path,
    template: Template,
    case: Case,
    mine: "Sequence[Undertaken]",
    undertaking_id: int | None,
) -> None:
    from store.ledger import limitation_queries
    from store.papers import letters

    where = limitation_queries.Where(app.settings.country, app.locale)
    with ledger.reading() as session:
        letter = letters.write(session, template, case, app.today)
        cautions = limitation_queries.cautions(session, app.today, where)
    caution = "" if case.debt_id is None else cautions.get(case.debt_id, "")
    form = partial(LetterForm, app, letter, mine, undertaking_id, caution)
    app.ask_from_thread(form, partial(saved, app))


class _Body(NoteField):
    """What a template made, to be read before it is changed."""

    from_the_top = True


class LetterForm(Form[Saved]):
    """A letter's words, how it goes, and where its file is written."""

    DEFAULT_CSS = """
    LetterForm {
        & Dialog { width: 92; }
        & TextArea { height: 14; }
        & Dialog.-dense Field TextArea { height: 11; }
    }
    """
    DRAFT: ClassVar[str] = "letter"

    def __init__(
        self,
        app: "AccordApp",
        letter: Letter,
        mine: "Sequence[Undertaken]" = (),
        undertaking_id: int | None = None,
        caution: str = "",
    ) -> None:
        """`letter` is as the template made it; `mine` is what I said I would do for them.

        `caution` is what to know before writing about the debt.
        """
        to = letter.case.facts.creditor.name
        super().__init__(f"{to} · {letter.title}", save_label="Write and log")
        assert app.ledger is not None
        self.ledger, self.today, self.letter = app.ledger, app.today, letter
        self.mine, self.undertaking_id, self.caution = mine, undertaking_id, caution

    @property
    def draft_name(self) -> str:
        """A draft for each text that a template made: other facts begin anew."""
        case = self.letter.case
        made = f"{self.letter.subject}\n{self.letter.body}".encode()
        text = sha256(made).hexdigest()[:16]
        return f"letter {self.letter.name} to {case.creditor_id} about {case.debt_id}: {text}"

    def compose_fields(self) -> ComposeResult:
        """The words first: they are what one changes."""
        yield _Body("body", "The letter", required=True, value=self.letter.body)
        yield TextField("subject", "Subject", required=True, value=plain(self.letter.subject))
        way = ChoiceField(
            "format", "It goes as", WAYS, required=True, hint="down shows the choices"
        )
        way.choose("pdf")
        yield way
        if self.mine:
            does = ChoiceField(
                "undertaking",
                "With it is done",
                [(each.text, each.undertaking_id) for each in self.mine],
                hint="What you said you would do; empty: nothing of it",
            )
            open_ids = [each.undertaking_id for each in self.mine]
            if self.undertaking_id in open_ids:
                does.choose(self.undertaking_id)
            elif len(open_ids) == 1:
                does.choose(open_ids[0])
            yield does
        yield NewPathField("path", "File", value=self._path("pdf"), hint=self._where)

    _where = "Empty: it is kept in the ledger only, where files (F) are."

    def _path(self, format: str) -> str:
        from store.papers.output import ENDINGS

        return free(f"~/{self.letter.file_stem}.{ENDINGS[format]}")

    def compose_preview(self) -> ComposeResult:
        """What is still to be filled in."""
        yield Static(markup=False, id="gaps")

    def on_mount(self) -> None:
        """Begin in the words, at their top."""
        self.query_one(TextArea).move_cursor((0, 0))
        self._say()

    def changed(self, field: Field) -> None:
        """Follow the words, and the file's ending what it goes as."""
        if field.key == "format":
            path = self.field("path")
            try:
                format = str(field.value())
            except BadInput:
                return
            if not path.touched:
                path.fill(self._path(format))
        self._say()

    def _say(self) -> None:
        to = self.letter.case.facts.creditor
        said = ["It is kept in your ledger, and logged as a contact. "
                "Lists begin with “- ”."]  # fmt: skip
        if (done := self._done()) is not None:
            said.append(f"With it is done: {done.text}")
        if self.caution:
            said.append(f"! {self.caution}")
        gaps = self._now().gaps
        if gaps:
            said.append(f"To be filled in: {', '.join(gaps)}")
        if self.letter.enclosed:
            said.append("The payment record goes with it.")
        if not to.address and not to.email:
            said.append("Neither an address nor an email of theirs is noted.")
        self.query_one("#gaps", Static).update("\n".join(map(plain, said)))

    def _done(self) -> "Undertaken | None":
        """What I said I would do that is done with it."""
        try:
            id_ = self.field("undertaking").value() if self.mine else None
        except BadInput:
            return None
        return next((each for each in self.mine if each.undertaking_id == id_), None)

    def _now(self) -> Letter:
        return replace(
            self.letter, subject=self.field("subject").text, body=self.field("body").text
        )

    def save(self, values: Mapping[str, Any]) -> Saved:
        """Write the file, keep the letter, log the contact: all of it or nothing."""
        from store.papers import sending
        from store.papers.letter_facts import ANSWER_WITHIN

        letter = self._now()
        if gaps := letter.gaps:
            where = " · f8 is your name and address" if "[your name]" in gaps else ""
            raise BadInput(f"Fill in or take out: {', '.join(gaps)}{where}", field="body")
        sent = sending.send(
            self.ledger,
            letter,
            format=values["format"],
            path=values["path"],
            undertaking_id=values.get("undertaking"),
            today=self.today,
        )
        where = f", written to {values['path']}" if values["path"] else ""
        said = f"Letter to {sent.creditor} logged{where} · u takes it back"
        return Saved(
            sent.contact_id,
            sent.creditor_id,
            sent.creditor,
            said,
            follow_up=True,
            back_on=self.today + ANSWER_WITHIN,
        )
