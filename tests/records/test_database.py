"""The ledger's file: who may read it, how it is opened, and what happens when it cannot be."""

import hashlib
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import rmtree

import pytest
from sqlalchemy import Connection, Engine, event
from sqlmodel import Session, select

from store.exchange import portable
from store.ledger import payments
from store.records import (
    backups,
    checking,
    database,
    encryption,
    migrations,
    revisions,
    tables,
)
from store.records.database import Ledger
from store.rules.errors import LedgerError
from tests import make

ROOT = Path(__file__).parents[2]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def pragma(session: Session, name: str) -> object:
    return session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()


def contents(folder: Path) -> dict[str, tuple[int, str]]:
    """Every file below a folder, with its mode and content."""
    return {
        str(path.relative_to(folder)): (
            path.stat().st_mode,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in folder.rglob("*")
    }


def refused(path: Path, *, create: bool = True) -> str:
    """What is said when a file cannot be opened; it must be one sentence and name the file."""
    with pytest.raises(LedgerError) as error:
        database.open_ledger(path, make.Clock(), create=create)
    message = error.value.message
    assert str(path) in message
    assert "\n" not in message
    assert "sqlite" not in message.lower()
    return message


# --- a file of one's own --------------------------------------------------------------------


def test_only_its_owner_may_read_a_new_ledger_or_enter_its_folders(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make.ledger(tmp_path / "one" / "two" / "my.accord").close()
    finally:
        os.umask(before)
    assert mode(tmp_path / "one" / "two" / "my.accord") == 0o600
    assert mode(tmp_path / "one") == mode(tmp_path / "one" / "two") == 0o700


def test_what_stands_beside_an_open_ledger_is_its_owners_too(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        ledger = make.loaded(tmp_path / "my.accord", make.document())
        assert {mode(each) for each in tmp_path.iterdir()} == {0o600}
        assert len(list(tmp_path.iterdir())) > 1
        ledger.close()
    finally:
        os.umask(before)


def test_folders_that_were_there_keep_their_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make.ledger(tmp_path / "my.accord").close()
    assert mode(tmp_path) == 0o755


def test_every_session_is_durable_and_checks_references(tmp_path: Path) -> None:
    ledger = make.ledger(tmp_path / "my.accord")
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    with ledger.reading() as session:
        assert {name: pragma(session, name) for name in expected} == expected
    with ledger.writing() as session:
        assert {name: pragma(session, name) for name in expected} == expected


def test_the_file_says_that_it_is_a_ledger(tmp_path: Path) -> None:
    make.ledger(tmp_path / "my.accord").close()
    assert (tmp_path / "my.accord").read_bytes()[68:72] == b"ACCD"


def test_an_empty_file_becomes_a_ledger(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    ledger = make.ledger(path)
    assert portable.dump(ledger) == '{\n "accord": 1\n}\n'


def test_opening_again_finds_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "my.accord"
    first = make.loaded(path, make.document())
    said = portable.dump(first)
    first.close()
    assert portable.dump(make.ledger(path)) == said


def test_a_reader_sees_one_moment_and_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    ledger = make.loaded(tmp_path / "my.accord", make.document(payments=[make.paid("02-01")]))
    with ledger.reading() as reader:
        assert len(make.payments(reader)) == 1
        pay(ledger)
        assert len(make.payments(reader)) == 1
    with ledger.reading() as reader:
        assert len(make.payments(reader)) == 2


def test_a_block_that_fails_keeps_nothing(tmp_path: Path) -> None:
    ledger = make.ledger(tmp_path / "my.accord")

    def fail() -> None:
        with ledger.writing() as session:
            session.add(tables.Blob(sha256="x", content=b""))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with ledger.reading() as session:
        assert session.exec(select(tables.Blob)).all() == []


# --- several at once ------------------------------------------------------------------------


def pay(ledger: Ledger) -> None:
    payments.record(
        ledger,
        debt_id=make.debt_id(ledger),
        amount=1,
        paid_on=make.on("03-01"),
        today=make.on("03-01"),
    )


def test_writers_take_turns_and_no_update_is_lost(tmp_path: Path) -> None:
    ledger = make.loaded(tmp_path / "my.accord", make.document())
    errors: list[Exception] = []

    def add_to_balance() -> None:
        for _ in range(5):
            try:
                with revisions.change(ledger, "test") as change:
                    debt = change.session.exec(select(tables.Debt)).one()
                    debt.balance = (debt.balance or 0) + 1
            except Exception as error:
                errors.append(error)

    threads = [threading.Thread(target=add_to_balance) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert errors == []
    with ledger.reading() as session:
        assert session.exec(select(tables.Debt)).one().balance == 100_000 + 30
        assert len(session.exec(select(tables.Revision)).all()) == 1 + 30
        assert list(checking.damage(session)) == []


FIRST_START = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from store.records import database
while time.time() < float(sys.argv[2]):
    pass
ledger = database.open_ledger(Path(sys.argv[1]), lambda: datetime.now(UTC))
with ledger.reading() as session:
    session.connection().exec_driver_sql("SELECT * FROM payment").all()
ledger.close()
"""


PAY = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from store.ledger import payments
from store.records import database
today = date(2026, 3, 1)
ledger = database.open_ledger(Path(sys.argv[1]), lambda: datetime.now(UTC))
sys.stdin.readline()
for amount in range(1, 11):
    payments.record(ledger, debt_id=1, amount=amount, paid_on=today, today=today)
ledger.close()
"""


def test_programs_that_write_at_once_lose_nothing_and_none_is_told_to_wait(tmp_path: Path) -> None:
    path = tmp_path / "my.accord"
    make.loaded(path, make.document()).close()
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", PAY, str(path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for each in programs:
        assert each.stdin is not None
        print(file=each.stdin, flush=True)
    said = [each.communicate(timeout=60)[1] for each in programs]
    assert [(each.returncode, err) for each, err in zip(programs, said, strict=True)] == [
        (0, "")
    ] * 3
    with make.ledger(path).reading() as session:
        amounts = sorted(each.amount for each in make.payments(session))
        assert amounts == sorted([*range(1, 11)] * 3)
        assert list(checking.damage(session)) == []


@pytest.mark.parametrize("attempt", range(3))
def test_two_first_starts_at_once_both_succeed(tmp_path: Path, attempt: int) -> None:
    path = tmp_path / "new" / "my.accord"
    at = str(time.time() + 1.5)
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", FIRST_START, str(path), at],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [each.communicate(timeout=60)[1] for each in starts]
    assert [(each.returncode, err) for each, err in zip(starts, said, strict=True)] == [(0, "")] * 2
    with make.ledger(path).reading() as session:
        assert list(checking.damage(session)) == []


def test_the_usual_opening_loads_no_migration_tool(tmp_path: Path) -> None:
    path = tmp_path / "my.accord"
    make.ledger(path).close()
    code = FIRST_START + "print([each for each in sys.modules if each.startswith('alembic')])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), "0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


# --- migrations that fail -------------------------------------------------------------------


def everything(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as raw:
        return list(raw.iterdump())


def older(path: Path) -> list[str]:
    """Make a ledger that an older program wrote; gives all that is in it."""
    make.loaded(path, make.document(payments=[make.paid("02-01")])).close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '0000'")
        raw.commit()
    return everything(path)


def test_a_migration_that_fails_leaves_the_file_as_it_was_and_a_copy_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "my.accord"
    before = older(path)

    def half_done(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE half (done INTEGER)")
        connection.exec_driver_sql("DELETE FROM payment")
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(migrations, "upgrade", half_done)
    assert "full or failing" in refused(path)
    (copy,) = (each.path for each in backups.kept(path))
    assert copy.name.endswith(f"-before-{database.HEAD}.db")
    assert everything(path) == before
    assert everything(copy) == before
    assert mode(copy) == 0o600


def test_a_migration_that_succeeds_keeps_the_copy_and_the_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "my.accord"
    before = older(path)
    monkeypatch.setattr(
        migrations,
        "upgrade",
        lambda connection: connection.exec_driver_sql("UPDATE alembic_version SET version_num = 1"),
    )
    with make.ledger(path).reading() as session:
        assert len(make.payments(session)) == 1
    (copy,) = (each.path for each in backups.kept(path))
    assert everything(copy) == before


# --- files that cannot be a ledger ----------------------------------------------------------


def test_no_ledger_is_made_where_one_must_be(tmp_path: Path) -> None:
    refused(tmp_path / "folder" / "my.accord", create=False)
    assert contents(tmp_path) == {}


def test_a_ledger_at_a_version_that_never_was_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "my.accord"
    make.ledger(path).close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '0000'")
        raw.commit()
    assert "no Accord wrote" in refused(path)


def test_a_ledger_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "my.accord"
    make.ledger(path).close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '0999'")
        raw.commit()
    before = everything(path)
    assert "newer Accord" in refused(path)
    assert everything(path) == before
    assert [each.name for each in tmp_path.iterdir()] == ["my.accord"]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "is a folder" in refused(tmp_path)


def test_a_path_through_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    refused(tmp_path / "file" / "my.accord")
    assert (tmp_path / "file").read_text() == "text"


@pytest.mark.parametrize("content", [b"some text", b"\x00" * 5000, b"SQLite format 3\x00" * 99])
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    before = contents(tmp_path)
    refused(path)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("application_id", [0, 1])
def test_a_database_of_another_program_is_refused(tmp_path: Path, application_id: int) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE payment (id INTEGER)")
        raw.execute(f"PRAGMA application_id = {application_id}")
        raw.commit()
    before = contents(tmp_path)
    assert "another program" in refused(path)
    assert contents(tmp_path) == before


def test_a_ledger_without_a_version_is_refused_as_damaged(tmp_path: Path) -> None:
    path = tmp_path / "my.accord"
    make.ledger(path).close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DELETE FROM alembic_version")
        raw.commit()
    before = everything(path)
    assert "damaged" in refused(path)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("DROP TABLE alembic_version")
    assert "damaged" in refused(path)
    assert everything(path) != before


def test_a_truncated_ledger_is_refused_or_found_out(tmp_path: Path) -> None:
    path = tmp_path / "my.accord"
    make.loaded(path, make.household()).close()
    path.write_bytes(path.read_bytes()[: 3 * 4096])
    with pytest.raises(LedgerError, match="damaged"), make.ledger(path).reading() as session:
        make.payments(session)


# --- files that may not be written ----------------------------------------------------------


@contextmanager
def as_another_person() -> Iterator[None]:
    """Root may write anywhere, so that a test of permissions is run by nobody."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that everybody may enter, unlike `tmp_path`."""
    folder = Path(tempfile.mkdtemp(prefix="accord-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o700)
    rmtree(folder)


def test_a_file_that_may_be_read_only_takes_no_payment(shared: Path) -> None:
    path = shared / "my.accord"
    make.loaded(path, make.document()).close()
    before = everything(path)
    path.chmod(0o444)
    shared.chmod(0o777)
    with as_another_person(), pytest.raises(LedgerError) as error:
        pay(make.ledger(path))
    assert "may be read but not written" in error.value.message
    shared.chmod(0o755)
    assert everything(path) == before


def test_a_file_of_somebody_else_is_refused(shared: Path) -> None:
    path = shared / "my.accord"
    make.ledger(path).close()
    path.chmod(0o000)
    before = path.stat().st_size
    with as_another_person():
        refused(path)
    assert path.stat().st_size == before


def test_a_folder_that_may_not_be_written_gets_no_ledger(shared: Path) -> None:
    shared.chmod(0o555)
    with as_another_person():
        assert "no permission" in refused(shared / "my.accord")
        assert "no permission" in refused(shared / "deeper" / "my.accord")
    assert contents(shared) == {}


# --- a full disk ----------------------------------------------------------------------------


@contextmanager
def no_room_left() -> Iterator[None]:
    """No file may grow: SQLite says then what it says of a full disk."""

    def limit(raw: sqlite3.Connection, _: object) -> None:
        raw.execute("PRAGMA max_page_count = 1")

    event.listen(Engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(Engine, "connect", limit)


def test_a_full_disk_leaves_the_ledger_as_it_was_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "my.accord"
    make.loaded(path, make.document()).close()
    before = everything(path)
    with no_room_left():
        ledger = make.ledger(path)
        with pytest.raises(LedgerError, match="The disk is full: nothing was changed"):
            portable.load(ledger, make.HOUSEHOLD.read_text())
        ledger.close()
    assert everything(path) == before
    ledger = make.ledger(path)
    portable.load(ledger, make.HOUSEHOLD.read_text())
    with ledger.reading() as session:
        assert list(checking.damage(session)) == []


def test_a_first_start_on_a_full_disk_can_be_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "my.accord"
    with no_room_left():
        assert "The disk is full" in refused(path)
    assert portable.dump(make.ledger(path)) == '{\n "accord": 1\n}\n'


def test_a_writer_that_waits_in_vain_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encryption, "BUSY_MS", 50)
    ledger = make.loaded(tmp_path / "my.accord", make.document())
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerError, match="Another program is writing"):
            pay(ledger)
    pay(ledger)


# --- a file beside --------------------------------------------------------------------------


def test_a_private_file_follows_no_link_and_takes_no_mode_of_what_lies_beside(
    tmp_path: Path,
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / ".paper.txt.part").symlink_to(victim)
    path = tmp_path / "paper.txt"
    path.write_text("old")
    path.chmod(0o644)
    database.write_privately(path, b"new")
    assert victim.read_text() == "mine"
    assert path.read_bytes() == b"new"
    assert mode(path) == 0o600


def test_a_private_file_may_have_the_longest_name_that_there_is(tmp_path: Path) -> None:
    path = tmp_path / ("ü" * 127)
    database.write_privately(path, b"x")
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_device_just_takes_what_is_written() -> None:
    database.write_privately(Path(os.devnull), b"x")
    with database.prepared_file(Path(os.devnull), b"x"):
        pass
