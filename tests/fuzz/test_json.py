"""A damaged Accord JSON: it is loaded, or refused in one sentence that says where; nothing else."""

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.exchange import portable
from store.records import checking
from store.rules.errors import BadInput
from tests import make

Steps = tuple[str | int, ...]

ODD: st.SearchStrategy[Any] = st.sampled_from(
    (
        *(
            None,
            True,
            False,
            0,
            -1,
            1.5,
            1e308,
            10**30,
            "",
            " ",
            "x",
            [],
            {},
            [[]],
            [None],
            {"": 1},
        ),
        *("0", "-1.00", "1.005", "1e9", "NaN", "½", "٣", "99999999999999999999.00"),
        *(
            "2026-02-30",
            "0001-01-01",
            "9999-12-31",
            "2026-11-23T25:00:00+00:00",
            "month",
            "1 weeks",
        ),
        *("[/x]", "\x1b[31m", "\x00", "\ud800", "‮", "a" * 5_000, "GBP", "XXX", "AA=="),
    )
)


def places(value: Any, here: Steps = ()) -> Iterator[Steps]:
    """Every place in a JSON value, itself left out."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for name, part in inside:
        yield (*here, name)
        if isinstance(part, dict | list):
            yield from places(part, (*here, name))


PLACES = list(places(make.household()))


@st.composite
def damaged(draw: st.DrawFn) -> tuple[Any, list[Steps]]:
    """The household with up to three places dropped, replaced, doubled or added to."""
    found = copy.deepcopy(make.household())
    touched = []
    for steps in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3)):
        parent: Any = found
        try:
            for step in steps[:-1]:
                parent = parent[step]
            old = parent[steps[-1]]
        except (LookupError, TypeError):
            continue
        match draw(st.sampled_from(("drop", "replace", "replace", "double", "add"))):
            case "drop":
                del parent[steps[-1]]
            case "replace":
                parent[steps[-1]] = draw(ODD)
            case "double" if isinstance(parent, list):
                parent.append(copy.deepcopy(old))
            case _ if isinstance(old, dict):
                old["no_such_field"] = 1
        touched.append(steps)
    return found, touched


@settings(
    max_examples=int(os.environ.get("ACCORD_FUZZ_JSON", "30")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(damaged())
def test_a_damaged_file_is_loaded_whole_or_refused_in_a_sentence_that_says_where(
    tmp_path: Path, case: tuple[Any, list[Steps]]
) -> None:
    document, touched = case
    path = tmp_path / "ledger.db"
    path.unlink(missing_ok=True)
    try:
        ledger = make.loaded(path, document)
    except BadInput as error:
        check_said_where(error.message, touched)
        ledger = make.ledger(path)
        assert ledger.is_unused()
    else:
        said = portable.dump(ledger)
        again = make.loaded(path.with_name("again.db"), json.loads(said))
        assert portable.dump(again) == said
        again.close()
        path.with_name("again.db").unlink()
        with ledger.reading() as session:
            assert list(checking.damage(session)) == []
    ledger.close()


def check_said_where(said: str, touched: list[Steps]) -> None:
    assert "\n" not in said
    assert len(said) < 600, said


@settings(max_examples=60)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda part: (
            st.lists(part, max_size=3)
            | st.dictionaries(st.sampled_from(("accord", "creditors", "debts", "key", "x")), part)
        ),
        max_leaves=8,
    )
)
def test_any_json_is_read_or_refused_in_a_sentence(value: Any) -> None:
    try:
        portable.read(json.dumps(value))
    except BadInput as error:
        check_said_where(error.message, [])
