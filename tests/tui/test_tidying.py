"""Garbage is looked for while nobody types, and what there is from the start is left alone."""

import gc
import weakref
from collections.abc import Iterator
from typing import Any, cast

import pytest

from tui.tidying import MOST, NEW, PAUSE, REST, Tidying


class App:
    """An app in which the last key was pressed so many seconds ago."""

    quiet = 0.0

    def is_quiet(self, seconds: float) -> bool:
        return self.quiet >= seconds


class Node:
    """Something that refers to itself: only looking for it takes it away."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def python_looks_by_itself() -> Iterator[None]:
    was = gc.get_threshold()
    # Nothing but what is tested looks for garbage.
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()
    gc.set_threshold(*was)
    gc.collect()


def garbage() -> "weakref.ref[Node]":
    return weakref.ref(Node())


def many() -> list[list[int]]:
    return [[n] for n in range(2 * NEW)]


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def tidying(app: App) -> Tidying:
    gc.collect()
    return Tidying(cast("Any", app))


def test_nothing_is_looked_at_before_it_begins(app: App, tidying: Tidying) -> None:
    app.quiet = REST
    left, new = garbage(), many()
    tidying.look()
    assert left() is not None
    assert new


def test_what_is_new_is_looked_at_in_a_pause_where_it_is_worth_it(
    app: App, tidying: Tidying
) -> None:
    tidying.begin()
    assert gc.get_threshold()[0] == MOST
    app.quiet = PAUSE
    left = garbage()
    tidying.look()
    assert left() is not None
    new = many()
    app.quiet = PAUSE / 2
    tidying.look()
    assert left() is not None
    app.quiet = PAUSE
    tidying.look()
    assert left() is None
    assert new


def test_what_was_in_use_a_little_longer_goes_in_a_rest(app: App, tidying: Tidying) -> None:
    tidying.begin()
    node = Node()
    left = weakref.ref(node)
    # Twice: by then it is no longer among what is new.
    for _ in range(2):
        new = many()
        app.quiet = PAUSE
        tidying.look()
        assert new
    del node
    new = many()
    tidying.look()
    assert left() is not None
    app.quiet = REST
    tidying.look()
    assert left() is None
    assert new


def test_what_there_is_at_first_is_not_looked_at_again(app: App, tidying: Tidying) -> None:
    left = garbage()
    tidying.begin()
    app.quiet = PAUSE
    new = many()
    tidying.look()
    app.quiet = REST
    tidying.look()
    assert left() is not None
    assert new
