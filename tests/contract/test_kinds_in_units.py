"""What a kind of columns means stands in three units that ship apart: held equal here."""

from __future__ import annotations

from typing import get_args

from etl import booleans
from etl.contract import KINDS, LEFT_OUT
from etl.kinds import MEANINGS
from models import columns
from training_image import schema


def test_every_unit_knows_every_kind() -> None:
    assert columns.KINDS == KINDS == tuple(MEANINGS)
    assert set(get_args(schema.Kind)) == {*KINDS} - {*LEFT_OUT}
    assert columns.LEFT_OUT == LEFT_OUT


def test_a_boolean_is_spelt_alike_in_raw_files_and_requests() -> None:
    raw = {
        spelling: float(value == "true")
        for value, spellings in booleans.SPELLINGS.items()
        for spelling in spellings
    }

    assert raw == schema.BOOLEANS
