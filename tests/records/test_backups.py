"""Copies of a ledger are whole, kept for as long as they are of use, and put back without loss."""

import os
import sqlite3
import stat
import threading
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from store.exchange import portable
from store.ledger import payments
from store.records import backups, checking, copies, database, encryption
from store.records.database import Ledger
from store.rules.errors import LedgerError
from tests import make

TODAY = date(2026, 11, 23)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A ledger with a debt in it, as of the evening of 23 November 2026."""
    return make.loaded(tmp_path / "ledger.db", make.document(agreements=[make.promise()]))


def pay(ledger: Ledger, amount: int = 100) -> None:
    payments.record(ledger, debt_id=make.debt_id(ledger), amount=amount, paid_on=TODAY, today=TODAY)


def paid(path: Path) -> int:
    """The payments that a file holds."""
    with closing(sqlite3.connect(path)) as raw:
        return int(raw.execute("SELECT count(*) FROM payment").fetchone()[0])


def on_day(ledger: Ledger, days: int) -> Ledger:
    """The same ledger, opened some days later."""
    later = make.NOW + timedelta(days=days)
    return database.open_ledger(ledger.path, lambda: later)


def test_a_copy_is_a_ledger_of_its_own_that_only_its_owner_reads(ledger: Ledger) -> None:
    pay(ledger)
    backup = backups.make(ledger)
    assert (stat.S_IMODE(backup.path.stat().st_mode), paid(backup.path)) == (0o600, 1)
    assert stat.S_IMODE(backup.path.parent.stat().st_mode) == 0o700
    copy = make.ledger(backup.path)
    assert portable.dump(copy) == portable.dump(ledger)
    with copy.reading() as session:
        assert list(checking.damage(session)) == []
    assert [each.path for each in backups.kept(ledger.path)] == [backup.path]


def test_a_copy_is_whole_while_others_write(ledger: Ledger) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            pay(ledger)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(12):
            to = ledger.path.with_name(f"copy-{number}.db")
            backups.make_at(ledger, to)
            copy = make.ledger(to)
            with copy.reading() as session:
                assert list(checking.damage(session)) == []
            copy.close()
    finally:
        stop.set()
        writer.join()


def test_the_copy_of_a_day_is_made_once_and_only_of_what_was_there_before(ledger: Ledger) -> None:
    assert backups.daily(ledger) is None
    tomorrow = on_day(ledger, 1)
    made = backups.daily(tomorrow)
    assert made is not None
    assert backups.daily(tomorrow) is None
    pay(tomorrow)
    assert backups.daily(on_day(ledger, 2)) is not None
    assert [paid(each.path) for each in backups.kept(ledger.path)] == [1, 0]


def test_old_copies_go(ledger: Ledger) -> None:
    for days in range(1, 40):
        assert backups.make(on_day(ledger, days))
    kept = [f"{each.made_at:%m-%d}" for each in backups.kept(ledger.path)]
    assert kept == [
        *("01-01", "12-31", "12-30", "12-29", "12-28", "12-27", "12-26"),
        *("12-20", "12-13", "11-30"),
    ]
    stranger = backups.folder(ledger.path) / "holiday.db"
    stranger.write_text("mine")
    backups.make(on_day(ledger, 41))
    assert stranger.exists()


def test_no_copy_is_of_a_day_to_come(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "_present", lambda: make.NOW + timedelta(minutes=1))
    pretended = on_day(ledger, 400)
    assert backups.daily(pretended) is None
    pay(pretended)
    by_hand = backups.make(pretended, "by hand")
    assert by_hand.made_at == datetime(2026, 11, 23, 18, 31)
    replaced = backups.restore(ledger.path, by_hand.path, pretended.clock)
    assert replaced is not None
    assert replaced.name.startswith("2026-11-23T183100-before-restore")


def test_what_was_entered_for_a_day_to_come_is_in_the_copy_of_the_next(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(on_day(ledger, 400))
    monkeypatch.setattr(backups, "_present", lambda: make.NOW + timedelta(days=1, minutes=1))
    assert backups.daily(ledger) is not None
    made = backups.daily(on_day(ledger, 1))
    assert made is not None
    assert paid(made.path) == 1


def test_the_newest_copy_is_none_of_a_day_to_come(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert backups.newest(ledger.path) is None
    future = backups.make(on_day(ledger, 400)).path
    monkeypatch.setattr(backups, "_present", lambda: make.NOW)
    assert backups.newest(ledger.path) == future
    made = backups.make(ledger).path
    assert backups.newest(ledger.path) == made


def test_copies_made_for_a_reason_stay_whatever_else_is_made(ledger: Ledger) -> None:
    by_hand = backups.make(ledger, "by hand").path
    replaced = backups.restore(ledger.path, by_hand, ledger.clock)
    for days in range(80):
        backups.make(on_day(ledger, days))
    assert replaced is not None
    assert by_hand.exists()
    assert replaced.exists()
    os.utime(by_hand, (0, 0))
    backups.make(on_day(ledger, 91))
    assert not by_hand.exists()
    assert replaced.exists()


def test_putting_back_keeps_what_it_replaces_and_other_windows_go_on(ledger: Ledger) -> None:
    backup = backups.make(ledger)
    before = portable.dump(ledger)
    pay(ledger)
    after = portable.dump(ledger)
    replaced = backups.restore(ledger.path, backup.path, ledger.clock)
    assert portable.dump(ledger) == before
    pay(ledger, 777)
    assert replaced is not None
    backups.restore(ledger.path, replaced, ledger.clock)
    assert portable.dump(ledger) == after
    whys = [each.why for each in backups.kept(ledger.path)]
    assert whys.count("before restore") == 2
    assert not [each for each in backups.folder(ledger.path).iterdir() if each.name[0] == "."]


def test_a_full_disk_takes_no_ledger_away(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "usb.db"
    backups.make_at(ledger, copy)
    pay(ledger)
    before = portable.dump(ledger)
    connect = encryption.connect

    class Full(sqlite3.Connection):
        def backup(self, *_: object, **__: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

    def full(path: Path, *arguments: object, **options: object) -> sqlite3.Connection:
        if path.name == "ledger.db" and path.parent.name.startswith(".trial-"):
            return sqlite3.connect(path, factory=Full)
        return connect(path, *arguments, **options)  # type: ignore[arg-type]

    real_copy = copies.copy

    def copied(path: Path, to: Path, *keys: object) -> None:
        real_copy(path, to, *keys)  # type: ignore[arg-type]
        if to.parent.name.startswith(".trial-"):
            monkeypatch.setattr(copies, "connect", full)

    monkeypatch.setattr(copies, "copy", copied)
    with pytest.raises(LedgerError, match="disk is full"):
        backups.restore(ledger.path, copy, ledger.clock)
    monkeypatch.undo()
    assert portable.dump(ledger) == before


def test_a_copy_of_a_day_to_come_makes_no_other_go(ledger: Ledger) -> None:
    by_hand = backups.make(ledger, "by hand").path
    future = backups.make(on_day(ledger, 400)).path
    again = backups.make(ledger, "by hand").path
    assert backups.make(ledger).path.exists()
    assert [each.exists() for each in (by_hand, future, again)] == [True, True, True]


def test_two_copies_of_one_second_are_two(ledger: Ledger) -> None:
    one, other = (backups.make(on_day(ledger, 0), "by hand") for _ in range(2))
    assert one.path != other.path
    assert (one.why, other.why) == ("by hand", "by hand")
    assert [each.path for each in backups.kept(ledger.path)] == [other.path, one.path]


def test_a_ledger_that_is_gone_is_not_begun_anew_beside_its_copies(ledger: Ledger) -> None:
    copy = backups.make(ledger, "by hand").path
    before = portable.dump(ledger)
    ledger.close()
    for gone in (lambda: copies.remove(ledger.path), lambda: ledger.path.write_bytes(b"")):
        gone()
        for create in (True, False):
            with pytest.raises(LedgerError, match=f"accord restore {copy} --ledger {ledger.path}"):
                database.open_ledger(ledger.path, ledger.clock, create=create)
        backups.restore(ledger.path, copy, ledger.clock)
        again = make.ledger(ledger.path)
        assert portable.dump(again) == before
        again.close()


def test_an_empty_file_that_all_may_read_becomes_a_ledger_of_one(
    ledger: Ledger, tmp_path: Path
) -> None:
    made = backups.make(ledger).path
    for become in (make.ledger, lambda path: backups.restore(path, made, ledger.clock)):
        path = tmp_path / "empty.db"
        path.write_bytes(b"")
        path.chmod(0o644)
        become(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        copies.remove(path)


def test_a_ledger_that_is_written_to_is_waited_for_not_for_ever(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = backups.make(ledger, "by hand").path
    before = portable.dump(ledger)
    monkeypatch.setattr(encryption, "BUSY_MS", 50)
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerError, match="did not finish"):
            backups.restore(ledger.path, copy, ledger.clock)
    assert portable.dump(ledger) == before


def test_the_ledger_of_somebody_else_is_not_written_over(ledger: Ledger, tmp_path: Path) -> None:
    other = make.loaded(tmp_path / "partner.db", make.household())
    before = portable.dump(other)
    with pytest.raises(LedgerError, match="holds what this ledger does not"):
        backups.make_at(ledger, other.path)
    assert portable.dump(other) == before


def test_a_ledger_whose_beginning_is_damaged_is_put_back(ledger: Ledger) -> None:
    pay(ledger)
    copy = backups.make(ledger, "by hand").path
    before = portable.dump(ledger)
    ledger.close()
    content = ledger.path.read_bytes()
    ledger.path.write_bytes(bytes(range(100)) + content[100:])
    kept = backups.restore(ledger.path, copy, ledger.clock)
    assert portable.dump(make.ledger(ledger.path)) == before
    assert kept is not None
    assert kept.read_bytes()[100:] == content[100:]


def test_what_a_program_that_was_killed_left_half_done_goes_after_a_while(ledger: Ledger) -> None:
    half = ledger.path.with_name(".ledger.db.x.part")
    half.write_bytes(b"half")
    backups.daily(ledger)
    assert half.exists()
    os.utime(half, (0, 0))
    backups.daily(ledger)
    assert not half.exists()


def test_a_copy_of_an_older_program_is_brought_up_to_date(ledger: Ledger, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    backups.make_at(ledger, old)
    with closing(sqlite3.connect(old)) as raw:
        for table in ("statement_line", "left_out", "payee", "layout"):
            raw.execute(f"DROP TABLE {table}")
        raw.execute("UPDATE alembic_version SET version_num = '0003'")
        raw.commit()
    pay(ledger)
    backups.restore(ledger.path, old, ledger.clock)
    assert paid(ledger.path) == 0
    assert {each.name[0] for each in backups.folder(ledger.path).iterdir()} == {"2"}


def test_a_backup_is_put_where_no_ledger_is_or_a_damaged_one(
    ledger: Ledger, tmp_path: Path
) -> None:
    pay(ledger)
    text = portable.dump(ledger)
    copy = tmp_path / "usb.db"
    backups.make_at(ledger, copy)
    ledger.close()
    for damage in (
        lambda: copies.remove(ledger.path),
        lambda: ledger.path.write_bytes(b"not a database" * 999),
        lambda: ledger.path.write_bytes(ledger.path.read_bytes()[:9_000]),
    ):
        damage()
        kept = backups.restore(ledger.path, copy, ledger.clock)
        assert portable.dump(make.ledger(ledger.path)) == text
        assert kept is None or kept.exists()


def test_what_is_damaged_altered_or_no_ledger_is_not_put_back(
    ledger: Ledger, tmp_path: Path
) -> None:
    pay(ledger)
    before = portable.dump(ledger)
    good = backups.make(ledger).path

    def spoilt(name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(good.read_bytes())
        return path

    altered, torn, recipes, newer = map(spoilt, ("altered", "torn", "recipes", "newer"))
    for path, statement in (
        (altered, "UPDATE payment SET amount = amount + 1"),
        (newer, "UPDATE alembic_version SET version_num = '9999'"),
        (recipes, "PRAGMA application_id = 7"),
    ):
        with closing(sqlite3.connect(path)) as raw:
            raw.execute(statement)
            raw.commit()
    whole = torn.read_bytes()
    torn.write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text").write_text("Dear diary, " * 99)
    (tmp_path / "empty").touch()
    for name, said in (
        ("altered", "was changed outside Accord"),
        ("torn", r"torn is damaged\. It was not put back\.$"),
        ("recipes", "another program"),
        ("newer", "newer Accord"),
        ("text", "not an Accord ledger"),
        ("empty", "not an Accord ledger"),
        ("nowhere", "no file"),
        (".", "is a folder"),
        ("ledger.db", "ledger itself"),
    ):
        with pytest.raises(LedgerError, match=said):
            backups.restore(ledger.path, tmp_path / name, ledger.clock)
    assert portable.dump(ledger) == before
    assert len(backups.kept(ledger.path)) == 1


def test_a_damaged_ledger_is_named_not_the_copy_that_was_to_be_made(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.close()
    whole = ledger.path.read_bytes()
    ledger.path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(LedgerError, match=f"^{ledger.path} is damaged"):
        backups.make_at(make.ledger(ledger.path), tmp_path / "usb.db")
    assert not (tmp_path / "usb.db").exists()


def test_a_copy_is_not_written_over_anything_but_a_ledger(ledger: Ledger, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Northbank")
    for path in (letter, ledger.path, tmp_path, tmp_path / "nowhere" / "copy.db"):
        with pytest.raises(LedgerError):
            backups.make_at(ledger, path)
    assert letter.read_text() == "Dear Northbank"
    copy = tmp_path / "copy.db"
    backups.make_at(ledger, copy)
    pay(ledger)
    backups.make_at(ledger, copy)
    assert paid(copy) == 1


def test_a_copy_goes_where_a_link_leads(ledger: Ledger, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    link, around = tmp_path / "usb.db", tmp_path / "around.db"
    link.symlink_to(stick / "copy.db")
    for count in (0, 1):
        backups.make_at(ledger, link)
        assert (link.is_symlink(), paid(stick / "copy.db")) == (True, count)
        pay(ledger)
    around.symlink_to(around)
    with pytest.raises(LedgerError, match="leads nowhere"):
        backups.make_at(ledger, around)
    assert around.is_symlink()


def test_a_ledger_that_is_linked_to_is_put_back_where_it_is(ledger: Ledger, tmp_path: Path) -> None:
    copy = tmp_path / "usb.db"
    backups.make_at(ledger, copy)
    ledger.close()
    ledger.path.write_bytes(b"not a database" * 999)
    link = tmp_path / "link.db"
    link.symlink_to(ledger.path)
    backups.restore(link, copy, ledger.clock)
    assert link.is_symlink()
    assert paid(ledger.path) == 0


def test_a_copy_is_never_put_in_the_place_of_a_pipe(ledger: Ledger, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for do in (
        lambda: backups.make_at(ledger, pipe),
        lambda: make.ledger(pipe),
        lambda: backups.restore(pipe, backups.make(ledger).path, ledger.clock),
    ):
        with pytest.raises(LedgerError, match="a device or a pipe"):
            do()
    assert pipe.is_fifo()
    assert stat.S_IMODE(pipe.stat().st_mode) != 0o600


def test_what_accord_keeps_is_not_written_over_by_a_copy(ledger: Ledger, tmp_path: Path) -> None:
    pay(ledger)
    kept = backups.make(ledger).path
    link = tmp_path / "link"
    link.symlink_to(kept.parent)
    for path in (kept, kept.with_name("new.db"), link / kept.name):
        with pytest.raises(LedgerError, match="keeps its own backups"):
            backups.make_at(ledger, path)
    with pytest.raises(LedgerError, match="ledger itself"):
        backups.make_at(ledger, ledger.path.with_name("ledger.db-wal"))
    assert [each.name for each in kept.parent.iterdir()] == [kept.name]


def test_a_copy_does_not_take_in_what_a_killed_program_left_beside_the_file_before(
    ledger: Ledger, tmp_path: Path
) -> None:
    copy, wal = tmp_path / "copy.db", tmp_path / "copy.db-wal"
    backups.make_at(ledger, copy)
    other = make.ledger(copy)
    pay(other, 700)
    left = wal.read_bytes()
    other.close()
    wal.write_bytes(left)
    copies.copy(ledger.path, copy)
    assert paid(copy) == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_takes_no_file_is_said(ledger: Ledger, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(LedgerError, match="permission"):
        backups.make_at(ledger, closed / "copy.db")


def test_the_moment_in_a_name_is_that_of_the_clock_on_the_wall(ledger: Ledger) -> None:
    moment = datetime(2026, 12, 24, 23, 5, 9, tzinfo=UTC)
    later = database.open_ledger(ledger.path, lambda: moment)
    assert backups.make(later).path.name == "2026-12-24T230509.db"
