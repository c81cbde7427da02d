"""What `accord check` finds against the rules, in the modes of files, and in what is damaged."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store.ledger import checks, documents
from store.records import backups, checking, passphrases
from store.records.database import Ledger
from store.rules.errors import LedgerError
from tests import make


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Two debts with four promises each, one of them paid and returned, one replaced."""
    opened = make.loaded(
        tmp_path / "my ledger.db",
        make.document(
            debts=[make.debt(), make.debt("loan")],
            agreements=[
                make.promise(),
                make.promise("b1", debt="loan"),
                make.promise("b2", debt="loan", made_on="2026-02-20", supersedes="b1"),
            ],
            payments=[make.paid("02-01", returned_on="2026-02-05")],
        ),
    )
    documents.attach(opened, [documents.File("letter.txt", b"Dear")], ("debt", 1))
    yield opened
    opened.close()


def contradictions(ledger: Ledger, *statements: str) -> list[str]:
    """What contradicts the rules after something was done to the file behind the program's back."""
    with closing(sqlite3.connect(ledger.path)) as raw:
        for each in statements:
            assert raw.execute(each).rowcount > 0
        raw.commit()
    with ledger.reading() as session:
        return [each.said for each in checks.contradictions(session)]


def test_nothing_is_found_in_a_ledger_that_accord_wrote(ledger: Ledger) -> None:
    backups.make(ledger)
    assert checks.everything(ledger) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE payment SET amount = 9999",
            "Payment 1 (of 2026-02-01) is for more than its amount.",
        ),
        (
            "UPDATE allotment SET instalment_id = 5",
            "Allotment 1 is for an instalment of another debt than its payment's.",
        ),
        (
            "UPDATE payment SET returned_on = '2026-01-31'",
            "Payment 1 (of 2026-02-01) came back before it was made.",
        ),
        (
            "DELETE FROM instalment WHERE agreement_id = 2",
            "Agreement 2 (b1) has no instalments.",
        ),
        (
            "DELETE FROM instalment WHERE agreement_id = 2 AND number = 2",
            "Agreement 2 (b1) has instalments whose numbers are not 1, 2, 3 and so on.",
        ),
        (
            "UPDATE instalment SET number = number - 1 WHERE id = 5",
            "Agreement 2 (b1) has instalments whose numbers are not 1, 2, 3 and so on.",
        ),
        (
            "UPDATE agreement SET supersedes_id = 1 WHERE id = 3",
            "Agreement 3 (b2) replaces one on another debt, or one that was made later.",
        ),
        (
            "UPDATE agreement SET made_on = '2026-03-01' WHERE id = 2",
            "Agreement 3 (b2) replaces one on another debt, or one that was made later.",
        ),
        (
            "UPDATE agreement SET supersedes_id = 3 WHERE id = 3",
            "Agreement 3 (b2) replaces one on another debt, or one that was made later.",
        ),
        (
            "UPDATE document SET debt_id = NULL",
            "Document 1 (letter-txt) belongs to no record, or to several.",
        ),
        (
            "UPDATE document SET creditor_id = 1",
            "Document 1 (letter-txt) belongs to no record, or to several.",
        ),
    ],
)
def test_what_contradicts_the_rules_is_named(ledger: Ledger, statement: str, said: str) -> None:
    assert contradictions(ledger) == []
    assert contradictions(ledger, statement) == [said]


def test_a_line_of_a_statement_whose_payment_is_gone_is_named(ledger: Ledger) -> None:
    contradictions(
        ledger,
        "INSERT INTO statement_line (payment_id, account, booked_on, amount, currency, payee,"
        " memo, bank_id, recorded_at, version) VALUES (7, '', '2026-02-01', -1, 'GBP', '', '', '',"
        " '2026-02-01 00:00:00.000000', 1)",
    )
    said = [each.said for each in checks.everything(ledger)]
    assert "statement_line 1 refers to a payment that is not there" in said


def test_what_others_can_read_is_named_with_what_closes_it(ledger: Ledger) -> None:
    copy = backups.make(ledger).path
    wal = ledger.path.with_name(f"{ledger.path.name}-wal")
    for path, mode in ((ledger.path, 0o644), (wal, 0o640), (copy.parent, 0o755), (copy, 0o604)):
        path.chmod(mode)
    window = make.ledger(ledger.path)
    with window.reading() as session:
        session.connection()
        found = checks.everything(ledger)
    window.close()
    assert [each.remedy for each in found] == [
        f"chmod 700 '{copy.parent}'",
        f"chmod 600 '{ledger.path}'",
        f"chmod 600 '{wal}'",
        f"chmod 600 '{copy}'",
    ]
    assert found[1].said == f"Others than you can get at {ledger.path}: its mode is 644, not 600."


def test_what_check_makes_itself_beside_the_file_is_not_named(ledger: Ledger) -> None:
    ledger.close()
    ledger.path.chmod(0o644)
    (found,) = checks.everything(make.ledger(ledger.path))
    assert found.remedy == f"chmod 600 '{ledger.path}'"


def test_copies_that_cannot_be_put_back_are_named(ledger: Ledger) -> None:
    torn, recipes, empty, whole = (backups.make(ledger, "by hand").path for _ in range(4))
    torn.write_bytes(torn.read_bytes()[:8192])
    recipes.write_text("Flour, eggs")
    empty.write_bytes(b"")
    found = checks.everything(ledger)
    assert [each.said for each in reversed(found)] == [
        f"{copy} is no whole ledger any more: it cannot be put back."
        for copy in (torn, recipes, empty)
    ]
    assert whole.exists()


def test_a_copy_with_another_passphrase_is_named_and_a_damaged_ledger_put_aside_is_not(
    ledger: Ledger, tmp_path: Path
) -> None:
    pytest.importorskip("sqlcipher3")
    other = make.empty(tmp_path / "other.db")
    passphrases.give(other, "correct horse")
    copy = backups.make(ledger).path
    copy.write_bytes(backups.make(other).path.read_bytes())
    put_aside = copy.with_name("2026-11-20T120000-damaged.db")
    put_aside.write_text("torn")
    put_aside.chmod(0o600)
    (found,) = checks.everything(ledger)
    assert found.said == f"{copy} is damaged, or has another passphrase than the ledger."


def test_a_copy_without_the_passphrase_of_its_ledger_is_named(ledger: Ledger) -> None:
    pytest.importorskip("sqlcipher3")
    copy = backups.make(ledger).path
    plain = copy.read_bytes()
    passphrases.give(ledger, "correct horse")
    assert checks.everything(ledger) == []
    copy.write_bytes(plain)
    (found,) = checks.everything(ledger)
    assert found.said == f"{copy} can be read without the passphrase that the ledger has."


def test_a_file_that_is_torn_is_a_finding_too(ledger: Ledger) -> None:
    path = ledger.path
    ledger.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:24576] + b"\xa5" * 40960 + whole[65536:])
    found = checks.everything(make.ledger(path))
    assert found
    assert all("backup" in each.remedy for each in found)


def test_a_text_that_is_none_is_called_damage_and_not_repeated(ledger: Ledger) -> None:
    with closing(sqlite3.connect(ledger.path)) as raw:
        raw.execute("UPDATE revision SET changes = CAST(x'5b5b22536563726574ff' AS TEXT)")
        raw.commit()
    with pytest.raises(LedgerError) as error, ledger.reading() as session:
        list(checking.damage(session))
    said = f"{ledger.path} is damaged: it holds text that is none."
    assert error.value.message == f"{said} Put a backup in its place."
    assert said in [each.said for each in checks.everything(ledger)]


@pytest.mark.parametrize(
    "changes",
    ['[["creditor",1,null,"x"]]', "[1]", "[[null,null,null,{}]]", "[" * 100_000, "null", "{"],
)
def test_a_chain_that_is_no_chain_any_more_is_named(ledger: Ledger, changes: str) -> None:
    with closing(sqlite3.connect(ledger.path)) as raw:
        raw.execute("UPDATE revision SET changes = ? WHERE id = 1", (changes,))
        raw.commit()
    with ledger.reading() as session:
        found = list(checking.damage(session))
    assert found[0] == "Revision 1 is not as it was written: the chain is broken there."
