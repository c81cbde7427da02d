"""Commands that care for the ledger."""

import sqlite3
from argparse import Namespace
from contextlib import closing
from pathlib import Path

import pytest

from store.records import revisions
from store.rules.errors import BadInput
from tests import make
from tui import cli_care


def looked_up(path: Path, hash: str, *, json: bool = False) -> int:
    return cli_care.check(Namespace(ledger=str(path), clock=make.Clock(), json=json, hash=hash))


@pytest.fixture
def newest(household: Path) -> str:
    """The hash that a paper would bear."""
    ledger = make.ledger(household)
    with ledger.reading() as session:
        found = revisions.newest(session)
    ledger.close()
    assert found is not None
    return found[1]


def test_the_hash_of_a_paper_says_what_it_was_made_after(
    household: Path, newest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert looked_up(household, newest[:8]) == 0
    assert "Revision 1 of 2026-11-23 18:31 UTC has it: Loaded" in capsys.readouterr().out
    assert looked_up(household, newest[:8], json=True) == 0
    assert f'"hash": "{newest}"' in capsys.readouterr().out


def test_a_hash_that_nothing_has_is_said_to_be_so(
    household: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert looked_up(household, "0" * 64) == 1
    assert capsys.readouterr().out == "Nothing in this ledger has that hash.\n"
    with pytest.raises(BadInput, match="“abc” is no hash"):
        looked_up(household, "abc")


def test_a_revision_that_was_altered_no_longer_stands_for_its_hash(
    household: Path, newest: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(household)) as raw, raw:
        raw.execute("UPDATE revision SET summary = 'Nothing'")
    assert looked_up(household, newest) == 1
    assert "But that was altered outside Accord." in capsys.readouterr().out
