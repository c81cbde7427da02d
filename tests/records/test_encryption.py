"""A ledger with a passphrase: nothing of it is readable, and all that works without one works."""

import sqlite3
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from store.exchange import portable
from store.ledger import payments
from store.records import backups, checking, copies, database, encryption, passphrases, revisions
from store.records.database import Ledger
from store.rules.errors import BadInput, LedgerError, Locked, WrongPassphrase
from tests import make

pytest.importorskip("sqlcipher3")

TODAY = date(2026, 11, 23)
SECRET = "correct horse battery"
OTHER = "a staple of another kind"
WORDS = (b"Northbank", b"Hillview", b"CREATE TABLE", b"SQLite format", b"northbank")

waited: list[float] = []


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are made in a moment, and waiting is only noted."""
    waited.clear()
    monkeypatch.setattr(encryption, "_ROUNDS", 1_000)
    monkeypatch.setattr(encryption, "_sleep", waited.append)


@pytest.fixture
def plain(household: Path) -> Iterator[Ledger]:
    """The household, without a passphrase, with a copy of yesterday beside it."""
    ledger = make.ledger(household)
    backups.make(ledger)
    yield ledger
    ledger.close()


@pytest.fixture
def ledger(plain: Ledger) -> Ledger:
    """The household with a passphrase."""
    assert passphrases.give(plain, SECRET) == []
    return plain


def opened(path: Path, passphrase: str = SECRET) -> Ledger:
    return database.open_ledger(path, make.Clock(), passphrase=lambda _: passphrase)


def pay(ledger: Ledger) -> None:
    debt = make.debt_id(ledger, "northbank-card")
    payments.record(ledger, debt_id=debt, amount=4321, paid_on=TODAY, today=TODAY)


def readable(folder: Path) -> list[tuple[str, bytes]]:
    """What words of the record can be read in the files of a folder, and in which."""
    files = [each for each in folder.rglob("*") if each.is_file()]
    return [(each.name, word) for each in files for word in WORDS if word in each.read_bytes()]


def test_no_word_of_the_record_can_be_read_in_any_file(plain: Ledger) -> None:
    folder = plain.path.parent
    assert {word for _, word in readable(folder)} == set(WORDS)
    before = portable.dump(plain)
    passphrases.give(plain, SECRET)
    pay(plain)
    backups.make(plain)
    assert plain.path.with_name("ledger.db-wal").stat().st_size
    assert readable(folder) == []
    assert backups.kept(plain.path)
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.rglob("*.db*")} <= {0o600, 0o700}
    assert portable.dump(plain) != before
    revisions.undo(plain)
    assert portable.dump(plain) == before


def test_it_is_opened_by_its_passphrase_and_no_other_and_not_at_once(ledger: Ledger) -> None:
    ledger.close()
    with opened(ledger.path).reading() as session:
        assert list(checking.damage(session)) == []
    assert waited == []
    with pytest.raises(WrongPassphrase, match=r"^That passphrase does not open it\.$"):
        opened(ledger.path, "correct horse batterz")
    assert waited == [encryption.WRONG_WAIT]
    with pytest.raises(Locked, match="is locked with a passphrase"):
        make.ledger(ledger.path)


def test_letters_are_the_same_however_they_are_composed(plain: Ledger) -> None:
    passphrases.give(plain, "caf\u00e9 au lait")
    plain.close()
    opened(plain.path, "cafe\u0301 au lait").close()


def test_the_tools_of_sqlcipher_open_it_with_the_passphrase_itself(
    plain: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlcipher3 import dbapi2

    monkeypatch.setattr(encryption, "_ROUNDS", 256_000)
    passphrases.give(plain, SECRET)
    plain.close()
    with closing(dbapi2.connect(plain.path)) as raw:
        raw.execute(f"PRAGMA key = '{SECRET}'")
        assert raw.execute("PRAGMA application_id").fetchone()[0] == database.APPLICATION_ID


def test_a_short_passphrase_is_refused_and_nothing_is_changed(plain: Ledger) -> None:
    with pytest.raises(BadInput, match="at least 8 characters"):
        passphrases.give(plain, "secret ")
    assert not plain.has_passphrase
    assert len(backups.kept(plain.path)) == 1


def test_after_a_change_only_the_new_one_opens_it_and_its_copies(ledger: Ledger) -> None:
    before = portable.dump(ledger)
    assert passphrases.give(ledger, OTHER) == []
    assert portable.dump(ledger) == before
    ledger.close()
    for path in (ledger.path, *(each.path for each in backups.kept(ledger.path))):
        with pytest.raises(WrongPassphrase):
            opened(path)
        opened(path, OTHER).close()


def test_removed_it_and_its_copies_are_plain_again(ledger: Ledger) -> None:
    before = portable.dump(ledger)
    assert passphrases.give(ledger, None) == []
    assert (portable.dump(ledger), ledger.has_passphrase) == (before, False)
    for each in backups.kept(ledger.path):
        with closing(sqlite3.connect(each.path)) as raw:
            assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_copy_that_cannot_follow_is_named(ledger: Ledger) -> None:
    odd = backups.folder(ledger.path) / "2026-11-20T000000-damaged.db"
    odd.write_bytes(b"SQLite format 3\0 and nothing else")
    assert passphrases.give(ledger, OTHER) == [odd]


def test_another_window_keeps_the_passphrase_as_it_is(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = opened(ledger.path)
    pay(other)
    monkeypatch.setattr(copies, "_PATIENCE_MS", 50)
    with pytest.raises(LedgerError, match="Another window or program has"):
        passphrases.give(ledger, None)
    pay(ledger)
    pay(other)
    assert portable.dump(other) == portable.dump(ledger)
    other.close()
    passphrases.give(ledger, None)
    with pytest.raises(LedgerError, match="was moved or removed while it was open"):
        pay(other)


def test_what_waited_for_the_file_that_was_replaced_does_not_take_it_for_the_ledger(
    plain: Ledger,
) -> None:
    plain.close()
    with closing(sqlite3.connect(plain.path)) as waiting:
        copies.rewrite(plain.path, None, encryption.new_key(SECRET))
        with pytest.raises(sqlite3.DatabaseError, match="not a database"):
            waiting.execute("SELECT * FROM creditor")


def test_two_windows_see_each_others_changes(ledger: Ledger) -> None:
    other = opened(ledger.path)
    pay(ledger)
    pay(other)
    assert ledger.newest() == other.newest()
    other.close()


def test_locked_nothing_is_read_until_the_passphrase_comes(ledger: Ledger) -> None:
    before = portable.dump(ledger)
    ledger.lock()
    with pytest.raises(Locked), ledger.reading():
        pass
    with pytest.raises(Locked):
        pay(ledger)
    with pytest.raises(WrongPassphrase):
        ledger.unlock(OTHER)
    assert ledger.is_locked
    ledger.unlock(SECRET)
    assert portable.dump(ledger) == before


def test_no_key_shows_where_a_ledger_is_printed() -> None:
    key = encryption.new_key(SECRET)
    assert repr(key) == "Key()"


def test_the_copy_of_a_day_is_encrypted_and_can_be_put_back(ledger: Ledger) -> None:
    before = portable.dump(ledger)
    tomorrow = make.NOW + timedelta(days=1)
    daily = backups.daily(database.open_ledger(ledger.path, lambda: tomorrow, key=ledger.key))
    assert daily is not None
    assert encryption.is_encrypted(daily.path)
    pay(ledger)
    backups.restore(ledger.path, daily.path, ledger.clock, opened=ledger)
    assert portable.dump(ledger) == before
    assert readable(ledger.path.parent) == []


def test_no_copy_stays_plain_where_giving_the_passphrase_was_cut_short(plain: Ledger) -> None:
    plain.close()
    key = encryption.new_key(SECRET)
    copies.rewrite(plain.path, None, key)
    assert readable(plain.path.parent)
    backups.daily(database.open_ledger(plain.path, make.Clock(), key=key))
    assert readable(plain.path.parent) == []


def test_a_plain_copy_that_is_put_back_takes_on_the_passphrase(
    plain: Ledger, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.db"
    backups.make_at(plain, elsewhere)
    before = portable.dump(plain)
    passphrases.give(plain, SECRET)
    pay(plain)
    backups.restore(plain.path, elsewhere, plain.clock, passphrase=lambda _: SECRET)
    assert portable.dump(plain) == before
    assert {name for name, _ in readable(plain.path.parent)} == {elsewhere.name}


def test_a_copy_of_another_passphrase_is_put_back_by_both(ledger: Ledger, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.db"
    before = portable.dump(ledger)
    backups.make_at(ledger, elsewhere)
    passphrases.give(ledger, OTHER)
    pay(ledger)
    with pytest.raises(WrongPassphrase, match=f"does not open {elsewhere}"):
        backups.restore(ledger.path, elsewhere, ledger.clock, passphrase=lambda _: OTHER)
    secrets = {elsewhere: SECRET, ledger.path: OTHER}
    backups.restore(ledger.path, elsewhere, ledger.clock, passphrase=lambda path: secrets[path])
    assert portable.dump(ledger) == before
    with pytest.raises(LedgerError, match="has another passphrase"):
        backups.make_at(ledger, elsewhere)


def test_a_copy_keeps_its_passphrase_where_there_was_no_ledger(
    ledger: Ledger, tmp_path: Path
) -> None:
    copy = backups.kept(ledger.path)[0].path
    with pytest.raises(Locked):
        backups.restore(tmp_path / "new" / "ledger.db", copy, make.Clock())
    new = tmp_path / "new.db"
    backups.restore(new, copy, make.Clock(), passphrase=lambda _: SECRET)
    assert portable.dump(opened(new)) == portable.dump(ledger)


def test_a_ledger_without_a_passphrase_gets_none_by_a_restore(
    ledger: Ledger, tmp_path: Path
) -> None:
    plain = make.loaded(tmp_path / "plain.db", make.document())
    before = portable.dump(plain)
    with pytest.raises(LedgerError, match="Give the ledger one first"):
        backups.restore(
            plain.path, backups.kept(ledger.path)[0].path, plain.clock, passphrase=lambda _: SECRET
        )
    assert portable.dump(plain) == before


def test_a_ledger_of_an_older_program_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import command

    from store.records import migrations

    path = tmp_path / "ledger.db"
    old = database._engine(path, None)
    with old.execution_options(immediate=True).begin() as connection:
        command.upgrade(migrations.config(connection), "0003")
        connection.exec_driver_sql(f"PRAGMA application_id = {database.APPLICATION_ID}")
    old.dispose()
    copies.rewrite(path, None, encryption.new_key(SECRET))
    ledger = opened(path)
    portable.load(ledger, make.HOUSEHOLD.read_bytes())
    assert [each.why for each in backups.kept(path)] == [f"before {database.HEAD}"]
    assert readable(tmp_path) == []


def test_words_are_found_in_it(ledger: Ledger) -> None:
    with ledger.reading() as session:
        assert database.search(session, "contact", "freeze")


def test_it_is_left_alone_where_sqlcipher_is_not_there(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.close()
    monkeypatch.setitem(sys.modules, "sqlcipher3.dbapi2", None)
    with pytest.raises(LedgerError, match=r"pip install 'accord\[encrypted\]'"):
        opened(ledger.path)


@pytest.mark.parametrize("content", [b"x" * 4095, b"\0" * 8192, b"SQLite format 3\0" * 256, b""])
def test_another_file_is_not_taken_for_one_with_a_passphrase(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert not encryption.is_encrypted(path)


def test_a_connection_waits_for_no_key(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encryption, "_ROUNDS", 256_000)
    key = ledger.key
    start = time.process_time()
    for _ in range(5):
        with closing(encryption.connect(ledger.path, key)) as raw:
            raw.execute("SELECT 1 FROM creditor").fetchone()
    assert time.process_time() - start < 0.1
