"""Any arguments: what can be done is done, what cannot is said in one line, and nothing breaks."""

import io
import os
import shutil
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.records import checking, revisions
from tests import make
from tui import cli

WORDS: dict[str, tuple[str, ...]] = {
    "load": ("--json", "-", "odd.json", "missing.json"),
    "dump": ("out.json", "--json", "."),
    "today": ("--days", "30", "--due"),
    "promises": ("--from", "--to", "--creditor", "hillview"),
    "score": ("--as-of", "--creditor", "--history", "--from", "--to", "--step", "day", "month"),
    "creditors": ("--json",),
    "debts": ("--json",),
    "contacts": ("--creditor", "hillview", "call"),
    "agreements": ("--json",),
    "contact": (
        *("hillview", "--channel", "phone", "--summary", "They rang.", "--direction", "in"),
        *("--at", "yesterday 15:30", "--debt", "--i-will", "--by", "--they-will", "--they-by"),
    ),
    "pay": ("hillview-tax", "12.00", "--on", "--for", "--method", "--note"),
    "cash": ("120.00", "--on", "--currency", "GBP", "EUR"),
    "plan": ("--strategy", "pro-rata", "avalanche", "--surplus", "200", "--currency", "GBP"),
    "offers": ("hillview-tax",),
    "forecast": ("--days", "60", "--currency", "GBP"),
    "import": ("odd.csv", "--format", "csv", "--map", "date=Date,amount=Amount", "--yes"),
    "export": (
        *("record", "letter", "agreement", "evidence", "ics", "journal", "csv", "payments"),
        *("hillview", "--out", "out.txt", "out.pdf", "--format", "txt", "hledger", "--private"),
        *("--without", "person,notes"),
    ),
    "backup": ("copy.db", "."),
    "restore": ("odd.json", "missing.db"),
    "undo": ("--json",),
    "redo": ("--json",),
    "check": ("--json",),
    "completion": ("bash", "zsh", "fish"),
}
ODD = (
    *("", " ", "-", "--", "---", "--json", "--today", "2026-02-30", "--help", "-x", "--no-such"),
    *(
        "0",
        "-1",
        "1e400",
        "NaN",
        "99999999999999999999",
        "٣",
        "½",
        "2026-11-23",
        "+3d",
        "0001-01-01",
    ),
    *("[/x]", "{0}", "%s", "%(prog)s", "\x1b[31m", "\n", "\x00", "\ud800", "a" * 300, "‮", "*"),
    *("--ledger", "../x", "~nobody/x", "/dev/null", "/nowhere/x", "=1+1", "'"),
)

arguments = st.sampled_from(sorted(WORDS)).flatmap(
    lambda command: st.lists(
        st.one_of(
            st.sampled_from(WORDS[command]),
            st.sampled_from(WORDS[command]),
            st.sampled_from(ODD),
            st.text(max_size=8),
        ),
        max_size=7,
    ).map(lambda rest: [command, *rest])
)


def recorded(path: Path) -> object:
    """What was ever recorded, by the chain of revisions."""
    ledger = make.ledger(path)
    with ledger.reading() as session:
        found = revisions.newest(session)
        assert list(checking.damage(session)) == []
    ledger.close()
    return found


@pytest.fixture
def household_anew(
    tmp_path: Path, loaded_household: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Path]:
    """Makes a folder with the household in it, in which the commands run and write."""
    monkeypatch.setenv("ACCORD_TODAY", "2026-11-23")
    number = count()

    def made() -> Path:
        folder = tmp_path / str(next(number))
        folder.mkdir()
        monkeypatch.chdir(folder)
        monkeypatch.setenv("HOME", str(folder))
        monkeypatch.setenv("ACCORD_LEDGER", str(folder / "ledger.db"))
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
        shutil.copy(loaded_household, folder / "ledger.db")
        Path("odd.json").write_text('{"accord": 1, "creditors": [{"key": 1}]}')
        Path("odd.csv").write_text("Date,Amount\n2026-11-20,-12.00\n")
        return folder / "ledger.db"

    return made


def ran(given: list[str]) -> tuple[int | str | None, str, str]:
    """The exit code of `accord`, and what it wrote to stdout and stderr."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        try:
            code: int | str | None = cli.main(given)
        except SystemExit as left:
            # `--help` and `--version`.
            code = left.code
    return code, out.getvalue(), err.getvalue()


@settings(
    max_examples=int(os.environ.get("ACCORD_FUZZ_ARGUMENTS", "30")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(arguments)
def test_any_arguments_do_what_they_say_or_are_refused_in_one_line(
    household_anew: Callable[[], Path], given: list[str]
) -> None:
    path = household_anew()
    before = recorded(path)
    code, out, err = ran(given)
    assert code in (0, 1, 2)
    assert "Traceback" not in out + err
    assert "nobody foresaw" not in err
    if code == 2:
        assert err.startswith("accord: ")
        assert err.count("\n") == 1
        assert err[:-1].isprintable()
        assert recorded(path) == before
