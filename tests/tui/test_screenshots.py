"""Every screen looks as its screenshot says; `python screenshots/make.py` makes them anew."""

import re
from html import unescape
from pathlib import Path

import pytest

from screenshots import make

WORDS = re.compile(r'<text class="[^"]*" x="[^"]*" y="([^"]*)"[^>]*>([^<]*)</text>')


@pytest.mark.parametrize("name", make.SHOTS)
async def test_a_screen_looks_as_its_screenshot(name: str, tmp_path: Path) -> None:
    size, keys = make.SHOTS[name]
    now = await make.shot(tmp_path, size, keys)
    then = (make.FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    why = f"{name}.svg is not as the app looks; run python screenshots/make.py"
    # The words first: what differs in them can be read.
    assert _rows(now) == _rows(then), why
    assert now == then, why


def _rows(svg: str) -> list[str]:
    rows: dict[str, str] = {}
    for height, said in WORDS.findall(svg):
        rows[height] = f"{rows.get(height, '')}{unescape(said)}"
    return [each.replace("\xa0", " ") for each in rows.values()]
