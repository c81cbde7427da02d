"""The names that queries use are those of the tables."""

import pytest
from sqlalchemy import TableClause
from sqlmodel import SQLModel

from store.records import schema, tables

NAMED = {name: each for name, each in vars(schema).items() if isinstance(each, TableClause)}
TYPES = {"UTCDateTime": "Moment", "Date": "Date", "Boolean": "Boolean"}


def test_every_table_has_its_name() -> None:
    assert tables.RECORDS.keys() < NAMED.keys()
    assert NAMED.keys() == SQLModel.metadata.tables.keys()
    assert all(each.name == name for name, each in NAMED.items())


@pytest.mark.parametrize("name", NAMED)
def test_a_tables_columns_are_the_same_and_of_the_same_types(name: str) -> None:
    known = {
        each.name: TYPES.get(type(each.type).__name__, "NullType")
        for each in SQLModel.metadata.tables[name].columns
    }
    assert {each.name: type(each.type).__name__ for each in NAMED[name].c} == known
