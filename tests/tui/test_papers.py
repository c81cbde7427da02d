"""Letters, files, the writing of an agreement, papers and packs, in the app."""

import os
import subprocess
import sys
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlmodel import select
from textual.widgets import TextArea

from store.ledger import documents, person
from store.ledger.documents import File
from store.ledger.person import Me
from store.records import checking, tables
from store.rules.errors import BadInput
from tests import make
from tests.tui import opening
from tests.tui.opening import footer, press, rows, said, shown, write
from tests.tui.test_agreements import go
from tui import commands, viewer
from tui.dialogs.evidence import EvidenceForm
from tui.dialogs.files import AddFiles, Files
from tui.dialogs.follow_up import FollowUp
from tui.dialogs.form import Form
from tui.dialogs.me import MeForm
from tui.dialogs.menu import Menu
from tui.dialogs.write_letter import LetterForm
from tui.dialogs.writing import WritingForm
from tui.widgets.checklist_field import ChecklistField
from tui.widgets.path_field import NewPathField, PathsField, free, path_of


@pytest.fixture
def signed(household: Path) -> Path:
    """The household of somebody who has a name."""
    ledger = make.ledger(household)
    person.save(ledger, Me("Sam Rivers"))
    ledger.close()
    return household


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, where files are written to."""
    found = tmp_path / "home"
    found.mkdir()
    monkeypatch.setenv("HOME", str(found))
    return found


def form_of(pilot: opening.Accord, kind: type[Any]) -> Any:
    """The dialog of a kind, which is on top."""
    screen = pilot.app.screen
    assert isinstance(screen, kind), screen
    return screen


async def set_text(pilot: opening.Accord, name: str, text: str) -> None:
    """Type into a field of the form."""
    form_of(pilot, Form).field(name).text = text
    await opening.settled(pilot)


async def choose_row(pilot: opening.Accord, list_id: str, part: str) -> None:
    """Put the cursor of a list on the first row that has a text."""
    listed = opening.record_list(pilot, list_id)
    place = next(
        n for n, row in enumerate(rows(pilot, list_id)) if any(part in cell for cell in row)
    )
    listed.focus()
    listed.cursor = [n for n, row in enumerate(listed.rows) if not row.heading][place]
    await opening.settled(pilot)


def is_whole(pilot: opening.Accord) -> None:
    """The chain of what was recorded holds."""
    with opening.ledger_of(pilot).reading() as session:
        assert list(checking.damage(session)) == []


# --- letters --------------------------------------------------------------------------------


async def test_from_todays_line_the_letter_is_written_kept_and_the_undertaking_done(
    signed: Path, home: Path
) -> None:
    async with opening.opened(signed) as pilot:
        await choose_row(pilot, "needs", "Write to have the October")
        await press(pilot, "l")
        menu = form_of(pilot, Menu)
        assert menu.choices[0][1] == "Charges although a freeze was agreed · suggested"
        await press(pilot, "enter")
        form = form_of(pilot, LetterForm)
        assert "£31.40 (interest)" in form.field("body").text
        assert isinstance(pilot.app.focused, TextArea)
        await press(pilot, "ctrl+s")
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, FollowUp))
        await press(pilot, "escape")
        (path,) = home.glob("*.pdf")
        assert "£31.40" in PdfReader(path).pages[0].extract_text()
        needs = [row[-1] for row in rows(pilot, "needs")]
        assert not any("Write to have the October" in each for each in needs)
        with opening.ledger_of(pilot).reading() as session:
            newest = select(tables.Contact).order_by(tables.Contact.at.desc())  # type: ignore[attr-defined]
            contact = session.exec(newest).first()
            assert contact is not None
            assert (contact.channel, contact.direction) == ("letter", "out")
            (line,) = documents.of(session, ("contact", contact.id or 0))
            assert documents.content(session, line.document_id).content == path.read_bytes()
        is_whole(pilot)


async def test_gaps_are_named_and_a_letter_with_gaps_is_not_written(
    signed: Path, home: Path
) -> None:
    async with opening.opened(signed) as pilot:
        await choose_row(pilot, "needs", "they said")
        await press(pilot, "l", "down", "down", "enter")
        form = form_of(pilot, LetterForm)
        assert "To be filled in: [how much, how often" in shown(pilot)
        await press(pilot, "ctrl+s")
        assert form.field("body").error.startswith("Fill in or take out: [how much")
        body = form.field("body").text
        await set_text(
            pilot, "body", body.replace("[how much, how often, and from which day]", "5")
        )
        assert "To be filled in" not in shown(pilot)
        await press(pilot, "ctrl+s")
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, FollowUp))
        assert len(list(home.iterdir())) == 1


async def test_an_email_gets_another_ending_and_without_a_file_it_is_only_kept(
    signed: Path, home: Path
) -> None:
    async with opening.opened(signed) as pilot:
        await press(pilot, "2")
        await opening.ready(pilot)
        await choose_row(pilot, "list", "Northbank")
        await press(pilot, "l", "enter")
        form = form_of(pilot, LetterForm)
        await set_text(pilot, "format", "email, as a draft that your mail program opens")
        form.changed(form.field("format"))
        assert form.field("path").text.endswith(".eml")
        await set_text(pilot, "path", "")
        await press(pilot, "ctrl+s")
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, FollowUp))
        assert list(home.iterdir()) == []


async def test_who_has_no_name_yet_is_asked_once_and_may_leave_it(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await choose_row(pilot, "needs", "Write to have the October")
        await press(pilot, "l")
        form_of(pilot, MeForm)
        await press(pilot, "escape")
        form_of(pilot, Menu)
        await press(pilot, "escape", "l")
        await write(pilot, "Sam Rivers")
        await press(pilot, "enter")
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, Menu))
        await press(pilot, "enter")
        assert "Sam Rivers" in form_of(pilot, LetterForm).field("body").text


async def test_what_is_typed_in_a_letter_is_kept_when_it_is_put_aside(signed: Path) -> None:
    async with opening.opened(signed) as pilot:
        await choose_row(pilot, "needs", "Write to have the October")
        await press(pilot, "l", "enter")
        await set_text(pilot, "body", "My own words")
        await press(pilot, "escape", "y", "l", "enter")
        assert form_of(pilot, LetterForm).field("body").text == "My own words"


async def test_a_draft_comes_back_only_for_the_text_that_it_was_made_of(signed: Path) -> None:
    async with opening.opened(signed) as pilot:
        await choose_row(pilot, "needs", "Write to have the October")
        await press(pilot, "l", "enter")
        await set_text(pilot, "body", "My own words")
        await press(pilot, "escape", "y")
    async with opening.opened(signed, today=opening.TODAY + timedelta(days=1)) as pilot:
        await choose_row(pilot, "needs", "Write to have the October")
        await press(pilot, "l", "enter")
        body = form_of(pilot, LetterForm).field("body").text
        assert "8 December 2026" in body
        assert "My own words" not in body


async def test_what_is_done_with_a_letter_is_said_and_the_answer_is_awaited_two_weeks(
    signed: Path,
) -> None:
    async with opening.opened(signed) as pilot:
        await press(pilot, "2")
        await opening.ready(pilot)
        await choose_row(pilot, "list", "Northbank")
        await press(pilot, "l", "enter")
        form = form_of(pilot, LetterForm)
        # The only thing that I said I would do for them.
        assert "With it is done: Write to have the October" in opening.flat(shown(pilot))
        await set_text(pilot, "undertaking", "")
        assert "With it is done:" not in shown(pilot)
        keys = list(form._fields)
        assert keys.index("undertaking") < keys.index("path")
        await press(pilot, "ctrl+s")
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, FollowUp))
        assert form_of(pilot, FollowUp).field("due_on").text == "2026-12-07"


async def test_without_a_name_the_error_says_where_it_is_entered(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await choose_row(pilot, "needs", "Write to have the October")
        await press(pilot, "l", "escape", "enter")
        await press(pilot, "ctrl+s")
        error = form_of(pilot, LetterForm).field("body").error
        assert "[your name] · f8 is your name and address" in error


async def test_who_enters_nothing_about_themselves_is_told_nothing(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "f8", "enter")
        await opening.until(pilot, lambda: not isinstance(pilot.app.screen, MeForm))
        assert said(pilot) == []


async def test_a_bad_template_is_said_and_nothing_breaks(signed: Path) -> None:
    folder = signed.parent / "letters"
    folder.mkdir()
    (folder / "freeze_not_applied.j2").write_text("{{ nothing_like_it }}")
    async with opening.opened(signed) as pilot:
        await choose_row(pilot, "needs", "Write to have the October")
        await press(pilot, "l", "enter")
        assert "names nothing_like_it, which there is not; there are" in said(pilot)[-1]


@pytest.mark.parametrize("size", [opening.WIDE, opening.NARROW])
async def test_the_letter_form_keeps_its_buttons_and_says_that_it_is_logged(
    signed: Path, size: opening.Size
) -> None:
    async with opening.opened(signed, size) as pilot:
        await choose_row(pilot, "needs", "Write to have the October")
        await press(pilot, "l", "enter")
        text = shown(pilot)
        for part in ("Write and log", "Cancel", "Dear Northbank,"):
            assert part in text


# --- files ----------------------------------------------------------------------------------


async def test_files_of_an_agreement_are_added_copied_and_removed(
    household: Path, home: Path, tmp_path: Path
) -> None:
    photo = tmp_path / "my photo.jpg"
    photo.write_bytes(b"a photo")
    async with opening.opened(household) as pilot:
        await go(pilot, "a-northbank")
        await press(pilot, "F")
        files = form_of(pilot, Files)
        await opening.until(pilot, lambda: len(files.files) == 1)
        await press(pilot, "a")
        await write(pilot, f"'{photo}'")
        await press(pilot, "enter")
        await opening.until(pilot, lambda: len(files.files) == 2)
        assert "my photo.jpg" in shown(pilot)
        await press(pilot, "up", "s", "enter")
        assert (home / "my photo.jpg").read_bytes() == b"a photo"
        await press(pilot, "d", "y")
        await opening.until(pilot, lambda: len(files.files) == 1)
        is_whole(pilot)


async def test_a_removed_file_is_taken_back_from_where_it_was_removed(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-northbank")
        await press(pilot, "F")
        files = form_of(pilot, Files)
        await opening.until(pilot, lambda: len(files.files) == 1)
        await press(pilot, "d", "y")
        await opening.until(pilot, lambda: not files.files)
        await press(pilot, "u", "y")
        await opening.until(pilot, lambda: len(files.files) == 1)
        assert form_of(pilot, Files) is files


async def test_a_creditor_shows_the_files_of_all_that_passed_with_it(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "2")
        await opening.ready(pilot)
        await choose_row(pilot, "list", "Northbank")
        await press(pilot, "F")
        files = form_of(pilot, Files)
        await opening.until(pilot, lambda: bool(files.files))
        assert "northbank-agreement.txt" in {each.name for each in files.files}
        assert files.owner[0] == "creditor"
        assert "agreement of Wed 14 Jan" in shown(pilot)


async def test_a_file_that_is_not_there_is_said_at_its_field(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-northbank")
        await press(pilot, "F", "a")
        await write(pilot, "/none/letter.pdf")
        await press(pilot, "enter")
        form = form_of(pilot, AddFiles)
        assert form.field("path").error == "There is no file /none/letter.pdf."
        assert form.field("path").text == "/none/letter.pdf"


async def test_opening_a_file_hands_a_private_copy_to_the_platforms_program(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    class Program:
        def __init__(self, command: list[str], **_: object) -> None:
            opened.append(Path(command[-1]))

    monkeypatch.setattr(viewer, "_command", lambda: ["opens"])
    monkeypatch.setattr(viewer.subprocess, "Popen", Program)  # type: ignore[attr-defined]
    async with opening.opened(household) as pilot:
        await go(pilot, "a-northbank")
        await press(pilot, "F")
        await opening.until(pilot, lambda: len(form_of(pilot, Files).files) == 1)
        await press(pilot, "enter")
        await opening.until(pilot, lambda: bool(opened))
        (path,) = opened
        assert path.name == "northbank-agreement.txt"
        assert path.read_text().startswith("Northbank, 26 January 2026")
        assert path.stat().st_mode & 0o777 == 0o400
        assert path.parent.stat().st_mode & 0o777 == 0o700
    assert not path.exists()


def test_what_a_killed_program_opened_is_removed_and_what_is_still_looked_at_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = subprocess.Popen([sys.executable, "-c", ""])
    over.wait()
    monkeypatch.setattr(viewer, "_command", lambda: ["opens"])
    monkeypatch.setattr(viewer.subprocess, "Popen", lambda *_, **__: None)  # type: ignore[attr-defined]
    monkeypatch.setattr(viewer.tempfile, "tempdir", str(tmp_path))  # type: ignore[attr-defined]
    opens = viewer.Viewer()
    looked_at = opens.open(File("a.txt", b"x"))
    left = looked_at.parent.parent.name.replace(str(os.getpid()), str(over.pid))
    (tmp_path / left / "1").mkdir(parents=True)
    (tmp_path / left / "1" / "b.txt").write_bytes(b"x")
    (tmp_path / "accord-opened-notes").mkdir()
    viewer.sweep()
    assert looked_at.exists()
    assert not (tmp_path / left).exists()
    assert (tmp_path / "accord-opened-notes").exists()
    opens.close()


def test_without_a_program_that_opens_files_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(viewer, "_command", lambda: None)
    with pytest.raises(BadInput, match="s saves a copy"):
        viewer.Viewer().open(File("a.txt", b"x"))


def test_a_full_disk_is_said_when_a_file_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(viewer, "_command", lambda: ["opens"])
    monkeypatch.setattr(viewer.tempfile, "mkdtemp", full)  # type: ignore[attr-defined]
    opens = viewer.Viewer()
    with pytest.raises(BadInput, match=r"a\.txt cannot be opened: No space left"):
        opens.open(File("a.txt", b"x"))
    opens.close()


async def test_a_contact_is_logged_with_its_files(household: Path, tmp_path: Path) -> None:
    letter = tmp_path / "their letter.pdf"
    letter.write_bytes(b"%PDF")
    async with opening.opened(household) as pilot:
        await choose_row(pilot, "needs", "Hillview")
        await press(pilot, "c")
        await opening.settled(pilot)
        await set_text(pilot, "summary", "They sent it")
        await set_text(pilot, "path", str(letter).replace(" ", "\\ "))
        await press(pilot, "ctrl+s")
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, FollowUp))
        with opening.ledger_of(pilot).reading() as session:
            names = session.exec(select(tables.Document.name)).all()
        assert "their letter.pdf" in names


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("'/a b/c.txt'", "/a b/c.txt"),
        ("/a\\ b/c.txt", "/a b/c.txt"),
        ("file:///a%20b/c.txt", "/a b/c.txt"),
        ("file:///a#b.pdf", "/a#b.pdf"),
        ("file://localhost/a%23b?.pdf", "/a#b?.pdf"),
        (' "/a/c.txt" ', "/a/c.txt"),
    ],
)
def test_a_path_is_understood_as_terminals_paste_it(typed: str, meant: str) -> None:
    assert path_of(typed) == Path(meant)


def test_a_path_that_cannot_be_is_refused() -> None:
    for typed in ("a\0b", "~nobody-of-that-name/x"):
        with pytest.raises(BadInput, match="cannot be found"):
            path_of(typed)


def test_a_path_that_cannot_be_looked_at_is_said_and_raises_nothing_else() -> None:
    long = f"/tmp/{'x' * 300}"
    assert path_of(f"{long}\\ y") == Path(f"{long} y")
    assert free(long) == long
    with pytest.raises(BadInput, match="cannot be written: file name too long") as refused:
        NewPathField("path", "File").parse(long)
    assert refused.value.field == "path"
    assert PathsField("path", "File").parse(long) == [Path(long)]


def test_a_name_that_is_taken_is_numbered(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.touch()
    (tmp_path / "a (2).pdf").touch()
    assert free(str(path)) == str(tmp_path / "a (3).pdf")


# --- in writing -----------------------------------------------------------------------------


async def test_an_agreement_is_signed_only_when_each_clause_is_ticked_or_waived(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-riverside")
        await press(pilot, "w")
        form = form_of(pilot, WritingForm)
        assert form.field("writing").text == "their letter is here"
        await set_text(pilot, "writing", "signed by both")
        assert "10 things lack before it can be signed." in shown(pilot)
        await press(pilot, "enter")
        assert form.field("checklist").error.startswith("Before it is signed, tick")
        form.field("checklist").focus()
        await press(pilot, *["space"] * 9)
        assert "1 thing lacks before it can be signed." in shown(pilot)
        await press(pilot, "w", *"a mail", "enter")
        assert "The paper says all that it must." in shown(pilot)
        await press(pilot, "enter")
        await opening.until(pilot, lambda: not isinstance(pilot.app.screen, Form))
        with opening.ledger_of(pilot).reading() as session:
            wanted = select(tables.Agreement).where(tables.Agreement.key == "a-riverside")
            row = session.exec(wanted).one()
        assert row.writing == "signed"
        assert '"signed by": "a mail"' in (row.checklist or "")
        is_whole(pilot)


async def test_of_a_signed_paper_that_lacks_something_it_says_so(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-northbank")
        await press(pilot, "w")
        assert form_of(pilot, WritingForm).field("writing").text == "signed by both"
        assert "lack; it is signed all the same." in shown(pilot)


async def test_a_red_flag_says_to_ask_an_adviser_first(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-riverside")
        await press(pilot, "w")
        form_of(pilot, WritingForm).field("flags").focus()
        await press(pilot, "space")
        assert "before an adviser has seen it" in shown(pilot)


async def test_a_tick_is_taken_back_and_a_waiver_without_a_reason_is_none(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-riverside")
        await press(pilot, "w")
        field = form_of(pilot, WritingForm).field("checklist")
        assert isinstance(field, ChecklistField)
        field.focus()
        await press(pilot, "space", "up", "space")
        assert field.value() == {}
        await press(pilot, "home", "w", "x", "backspace", "enter")
        assert field.value() == {}


async def test_the_paper_to_sign_is_written_as_pdf(household: Path, home: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-northbank")
        await press(pilot, "P", "enter")
        (path,) = home.glob("*.pdf")
        assert "37 payments" in PdfReader(path).pages[0].extract_text()


# --- evidence -------------------------------------------------------------------------------


async def test_a_pack_is_written_with_what_was_left_out(household: Path, home: Path) -> None:
    async with opening.opened(household) as pilot:
        await go(pilot, "a-northbank")
        await press(pilot, "E")
        form = form_of(pilot, EvidenceForm)
        assert form.field("scope").text == "Credit card, with all who held it"
        form.field("without").focus()
        await press(pilot, "space", "enter")
        await opening.until(pilot, lambda: not isinstance(pilot.app.screen, Form))
        (path,) = home.glob("*.zip")
        with zipfile.ZipFile(path) as archive:
            pages = PdfReader(BytesIO(archive.read("timeline.pdf"))).pages
            text = " ".join(page.extract_text() for page in pages)
        assert "Dana" not in text
        assert "Left out at my wish: names of people" in " ".join(text.split())


async def test_the_keys_of_papers_show_only_where_they_do_something(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await footer(pilot, "l Write")
        app: Any = pilot.app
        app.action_show_screen(commands.PLAN)
        await opening.ready(pilot)
        await footer(pilot, lacks=("Write",))


async def test_what_a_creditor_charged_against_its_word_stands_on_today(household: Path) -> None:
    async with opening.opened(household, (160, 40)) as pilot:
        await choose_row(pilot, "needs", "£31.40 of interest charged")
        assert "but the agreement of 14 January 2026 says none" in shown(pilot)


async def test_a_letter_about_a_charge_is_about_its_debt(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await choose_row(pilot, "needs", "£31.40 of interest charged")
        screen: Any = pilot.app.screen
        owed = {each.debt: each.debt_id for each in screen.view.owed}
        assert screen.addressee == (screen.chosen.creditor_id, owed[screen.chosen.debt])


async def test_whatever_cannot_be_read_in_a_thread_is_said(household: Path) -> None:
    def fails() -> None:
        raise BadInput("It is gone.")

    async with opening.opened(household) as pilot:
        app: Any = pilot.app
        app.in_thread(fails)
        await opening.until(pilot, lambda: bool(said(pilot)))
        assert said(pilot) == ["It is gone."]
