"""How a CSV is read, as lines: what nothing tells is shown, and can be chosen."""

from dataclasses import replace

from store.exchange.statements.line import Mapping
from tui.widgets.mapping_lines import MappingLines

THOUSANDS = MappingLines(
    Mapping(date=0, amount=1), ("Date", "Amount"), (("2026-02-01", "-1.200"), ("2026-02-02", "-50"))
)


def setting(lines: MappingLines, name: str) -> str | None:
    """What the line of a setting says; None where it has none."""
    for row in lines.rows():
        if row.key == name:
            said = row.cells[1]
            return said if isinstance(said, str) else said[0]
    return None


def test_a_decimal_mark_that_nothing_tells_is_shown_as_not_clear_and_can_be_chosen() -> None:
    assert setting(THOUSANDS, "decimal") == "not clear: space says which"
    assert [value for value, _ in THOUSANDS.choices("decimal")] == [".", ","]

    said = replace(THOUSANDS, mapping=replace(THOUSANDS.mapping, is_decimal_said=True))
    assert setting(said, "decimal") == "after a point: 1,234.56"


def test_a_decimal_mark_that_another_amount_tells_is_clear() -> None:
    told = replace(THOUSANDS, sample=(*THOUSANDS.sample, ("2026-02-03", "-1.50")))

    assert setting(told, "decimal") == "after a point: 1,234.56"


def test_the_signs_of_two_columns_are_shown_once_a_file_told_them() -> None:
    mapping = Mapping(date=0, debit=1, credit=2)
    untold = replace(THOUSANDS, mapping=mapping)
    told = replace(
        untold, mapping=replace(mapping, debit_is_negative=True, credit_is_negative=False)
    )

    assert (setting(untold, "out"), setting(untold, "in")) == (None, None)
    assert (setting(told, "out"), setting(told, "in")) == (
        "below zero: -46.00",
        "above zero: 46.00",
    )
