"""What was confirmed is there after a kill at any moment, nothing is half there, and it opens.

A few kills by default; `ACCORD_KILLS=300 pytest tests/records/test_crash.py` for a long run.
"""

import json
import os
import pty
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlmodel

from store.exchange import portable
from store.ledger import checks
from store.records import backups, checking, copies
from store.records.tables import Revision
from tests import make
from tests.terminals import read

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("ACCORD_KILLS", "4"))
LONGEST = 0.2  # seconds until a kill, once enough was done
FRESH_AFTER = 20  # kills after which a new ledger is begun: a long one is slow to check


Program = subprocess.Popen[str]


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    """Begins those that are killed."""
    begun = subprocess.Popen(
        [sys.executable, "-m", "tests.records.crashing"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with begun:
        yield begun


def killed(program: Program, most: int, *arguments: object) -> list[list[str]]:
    """Let a process do up to `most` things, and kill it in the midst of the next one or two.

    Gives what it had said, line by line.
    """
    assert program.stdin is not None
    assert program.stdout is not None
    print(json.dumps(arguments, default=str), file=program.stdin, flush=True)
    ready, number = program.stdout.readline().split()
    assert ready == "ready"
    kill = threading.Timer(random.uniform(0, LONGEST), os.kill, (int(number), signal.SIGKILL))
    wanted = random.randint(0, most)
    said: list[list[str]] = []
    while True:
        if len(said) == wanted:
            kill.start()
        line = program.stdout.readline()
        if line == "dead\n":
            return said
        assert line, "what begins those that are killed has ended"
        said.append(line.split())


def chain(path: Path) -> dict[int, str]:
    """The hash of each revision, by number."""
    ledger = make.ledger(path)
    with ledger.reading() as session:
        found = session.exec(sqlmodel.select(Revision.id, Revision.hash)).all()
        assert list(checking.damage(session)) == []
        assert list(checks.contradictions(session)) == []
    ledger.close()
    return {number or 0: hash_ for number, hash_ in found}


def begin(path: Path) -> None:
    """A new ledger with a household in it."""
    copies.remove(path)
    make.loaded(path, make.household()).close()


def test_what_was_confirmed_is_there_after_a_kill_and_nothing_is_half_there(
    tmp_path: Path, program: Program
) -> None:
    path = tmp_path / "ledger.db"
    done: Counter[str] = Counter()
    ahead = 0
    for kill in range(KILLS):
        if kill % FRESH_AFTER == 0:
            begin(path)
        before = chain(path)
        seed = random.randrange(10**9)
        told = killed(program, 30, path, seed)
        after = chain(path)
        confirmed = {int(number): hash_ for number, hash_, _ in told}
        expected = before | confirmed
        assert expected.items() <= after.items(), seed
        # What was committed and not told yet is one use case at most.
        assert len(after) - len(expected) in (0, 1), seed
        ahead += len(after) - len(expected)
        done.update(step for _, _, step in told)
        check_files(path)
    print(f"{KILLS} kills, {sum(done.values())} confirmed, {ahead} not told yet: {dict(done)}")


def check_files(path: Path) -> None:
    """Whatever has the name of a copy or an export is whole."""
    for backup in backups.kept(path):
        chain(backup.path)
        backup.path.unlink()
    dump = path.with_name("dump.json")
    if dump.exists():
        assert json.loads(dump.read_bytes())["accord"] == 1


def test_a_kill_while_a_copy_is_put_back_leaves_the_one_ledger_or_the_other(
    tmp_path: Path, program: Program
) -> None:
    path = tmp_path / "ledger.db"
    begin(path)
    ledger = make.ledger(path)
    copies = [tmp_path / "one.db", tmp_path / "other.db"]
    contents = []
    for key, copy in zip(("one", "other"), copies, strict=True):
        portable.load(
            ledger, json.dumps(make.document(creditors=[{"key": key, "name": key}], debts=[]))
        )
        contents.append(portable.dump(ledger))
        backups.make_at(ledger, copy)
    ledger.close()
    for _ in range(KILLS):
        killed(program, 3, path, 0, *copies)
        chain(path)
        ledger = make.ledger(path)
        assert portable.dump(ledger) in contents
        ledger.close()
        for backup in backups.kept(path):
            chain(backup.path)
            backup.path.unlink()


# --- the app itself -------------------------------------------------------------------------

PAID = "Paid £".encode()
"""What the app says once a payment is in the ledger."""


@pytest.mark.parametrize("kill", range(min(KILLS // 2, 10)))
def test_a_payment_that_the_app_said_is_saved_survives_its_being_killed(
    household: Path, kill: int
) -> None:
    before = chain(household)
    main, side = pty.openpty()
    environ = {**os.environ, "ACCORD_LEDGER": str(household), "ACCORD_TODAY": "2026-11-23"}
    app = subprocess.Popen(
        [sys.executable, "-m", "tui"],
        cwd=ROOT,
        env={**environ, "COLUMNS": "120", "LINES": "36"},
        stdin=side,
        stdout=side,
        stderr=side,
        start_new_session=True,
    )
    try:
        assert b"Hillview" in read(main, b"Hillview", 60)
        os.write(main, b"p")
        assert b"Log a payment" in read(main, b"Log a payment", 60)
        os.write(main, b"\x13")
        said = read(main, PAID, 60 if kill == 0 else random.uniform(0, 1))
    finally:
        app.kill()
        app.wait()
        os.close(main)
        os.close(side)
    after = chain(household)
    assert before.items() <= after.items()
    assert len(after) - len(before) in ((1,) if PAID in said else (0, 1))
    if kill == 0:
        assert PAID in said
