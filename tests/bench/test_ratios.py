"""The bench at small size: no ratio is half as much again as what it was when it was written down.

Ratios, never times: what else the machine does slows both sides alike.
"""

import json

import pytest

from tests.bench import ratios

MOST = {
    # Whatever grows more slowly than the record may do so a little less.
    name: 1.5 * max(1.0, ratio)
    for name, ratio in json.loads(ratios.FILE.read_text()).items()
}


@pytest.mark.parametrize("name", ratios.MEASURES)
def test_no_ratio_is_half_as_much_again_as_it_was(name: str) -> None:
    least = ratios.MEASURES[name]()
    for _ in range(2):
        if any(ratio > MOST[each] for each, ratio in least.items()):
            # A neighbour's burst is no regression; one of these comes again.
            again = ratios.MEASURES[name]()
            least = {each: min(ratio, again[each]) for each, ratio in least.items()}
    assert {each: ratio for each, ratio in least.items() if ratio > MOST[each]} == {}
