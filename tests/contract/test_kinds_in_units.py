"""What a kind of columns means stands in three units that ship apart: held equal here."""

from __future__ import annotations

from typing import get_args

from etl import booleans, contract
from etl import dates as etl_dates
from etl.contract import KINDS, LEFT_OUT
from etl.kinds import MEANINGS
from models import columns
from models import dates as model_dates
from training_image import dates as image_dates
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


def test_a_date_is_written_alike_in_raw_files_and_requests() -> None:
    assert etl_dates.PATTERNS == image_dates.PATTERNS


def test_training_derives_what_model_files_may_ask_for() -> None:
    assert set(model_dates.TIMESTAMP_FEATURES) == set(image_dates.DERIVED)
    assert schema.DATES == columns.DATES == contract.DATES
