"""Every screen looks as its screenshot says; `python screenshots/make.py` makes them anew."""

from pathlib import Path

import pytest

from screenshots import make


@pytest.mark.parametrize("name", make.SHOTS)
async def test_a_screen_looks_as_its_screenshot(name: str, tmp_path: Path) -> None:
    size, keys = make.SHOTS[name]
    now = await make.shot(tmp_path, size, keys)
    then = (make.FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert now == then, f"{name}.svg is not as the app looks; run python screenshots/make.py"
