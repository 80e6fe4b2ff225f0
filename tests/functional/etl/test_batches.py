"""How a raw object is cut into batches changes nothing."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from etl.layout import Layout
from tests.functional.etl.lake import WINE_CONTRACT, Lake
from tests.functional.etl.work import work

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

LAYOUT = Layout("raw/sample/wine.csv", 1, (1, 2, 3, 4))


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1000), batch_bytes=st.integers(300, 3000), processors=st.integers(1, 3))
def test_any_batches_make_what_one_makes(
    tmp_path_factory: pytest.TempPathFactory,
    dirty: Callable[[int, int], str],
    seed: int,
    batch_bytes: int,
    processors: int,
) -> None:
    text = "colour;quality;free_so2;select\n" + dirty(seed, 100)
    root = tmp_path_factory.mktemp("batches")
    whole, cut = (
        Lake(root / name, copy.deepcopy(WINE_CONTRACT)).put("wine.csv", text)
        for name in ("whole", "cut")
    )

    made_of_one = work(whole, LAYOUT)
    made_of_many = work(cut, LAYOUT, batch_bytes=batch_bytes, processors=processors)

    assert made_of_many == made_of_one
