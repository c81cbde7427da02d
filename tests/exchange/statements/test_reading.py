"""A file's format is found from what is in it; what is no statement is refused in a sentence."""

import os
from pathlib import Path

import pytest

from store.exchange.statements import values
from store.exchange.statements.line import Format
from store.exchange.statements.reading import LARGEST_FILE, read
from store.rules.errors import BadInput
from tests.exchange.statements.texts import ALL, CSV, reading


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_the_format_is_found_from_the_content(tmp_path: Path, name: Format, encoding: str) -> None:
    if name == "camt" and encoding != "utf-8-sig":
        text = ALL[name].replace("UTF-8", encoding)
    else:
        text = ALL[name]
    statement = reading(tmp_path, text.encode(encoding))

    assert statement.format == name
    assert statement.lines == reading(tmp_path, ALL[name]).lines


@pytest.mark.parametrize("name", ALL)
def test_the_ends_of_lines_make_no_difference(tmp_path: Path, name: str) -> None:
    expected = reading(tmp_path, ALL[name]).lines

    for ending in ("\r\n", "\r"):
        assert reading(tmp_path, ALL[name].replace("\n", ending)).lines == expected


def test_a_format_that_is_given_is_taken(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no statement in it"):
        reading(tmp_path, CSV, format="mt940")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b" \r\n ", "the file is empty"),
        (b"%PDF-1.7", "this is a PDF; download the statement as CSV"),
        (b"PK\x03\x04abc", "this is a spreadsheet or a zip file; save it as CSV"),
        (b"\xd0\xcf\x11\xe0abc", "this is a spreadsheet"),
        (b"Date,Amount\n31/01/2024,\x001\n", "line 2: there is a NUL character"),
        (b"\xff\xfeD\x00a", "the text is not in utf-16"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    with pytest.raises(BadInput) as error:
        reading(tmp_path, data)
    assert reason in error.value.message


def test_a_folder_a_pipe_and_nothing_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, reason in (
        (tmp_path, "this is a folder"),
        (tmp_path / "pipe", "this is no ordinary file"),
        (tmp_path / "nothing", "there is no such file"),
        (tmp_path / "nul\0", "the file cannot be read"),
    ):
        with pytest.raises(BadInput, match=reason):
            read(path)


def test_a_file_that_is_too_large_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE + 10_000_000)

    with pytest.raises(BadInput, match="the file has 30 MB; a statement may have 20 MB"):
        read(path)


@pytest.mark.parametrize("name", ALL)
def test_a_statement_of_too_many_lines_is_refused(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = len(reading(tmp_path, ALL[name]).lines)
    monkeypatch.setattr(values, "MOST_LINES", count)
    assert len(reading(tmp_path, ALL[name]).lines) == count

    monkeypatch.setattr(values, "MOST_LINES", count - 1)
    with pytest.raises(BadInput, match=r"more than \d lines; download a shorter period"):
        reading(tmp_path, ALL[name])


@pytest.mark.parametrize("name", ALL)
def test_progress_is_told_and_may_stop_the_reading(tmp_path: Path, name: str) -> None:
    class Stop(Exception):
        pass

    def stop(_: float) -> None:
        raise Stop

    told: list[float] = []
    reading(tmp_path, ALL[name], progress=told.append)

    assert (told[0], told[-1]) == (0.0, 1.0)
    assert told == sorted(told)
    with pytest.raises(Stop):
        reading(tmp_path, ALL[name], progress=stop)
