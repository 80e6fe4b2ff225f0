"""What a kind of columns means stands in three units that ship apart: held equal here."""

from __future__ import annotations

from typing import Any, cast, get_args

import pytest

from dags import datasets, requests
from etl import booleans, contract, layout
from etl import dates as etl_dates
from etl import formats as etl_formats
from etl.contract import KINDS, LEFT_OUT
from etl.kinds import MEANINGS
from etl.request import Request
from models import columns
from models import dates as model_dates
from models import formats as model_formats
from training_image import dates as image_dates
from training_image import payload, schema


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


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("features", [(), ("year",)])
def test_models_and_the_etl_keep_the_same_columns_in_datasets(
    kind: contract.Kind, features: tuple[str, ...]
) -> None:
    declared = columns.Column("x", kind, features=features)

    assert contract.Column("x", kind, features=features).kept is declared.kept


def test_the_etl_reads_every_format_that_model_files_may_declare() -> None:
    assert model_formats.FORMAT_TYPES == etl_formats.FORMAT_TYPES
    assert tuple(etl_formats.CODECS) == model_formats.ENCODINGS


def test_every_unit_knows_how_datasets_may_be_written() -> None:
    assert model_formats.OUTPUTS == etl_formats.OUTPUTS == tuple(requests.MEDIA)


def test_the_dags_find_what_the_etl_leaves() -> None:
    request = Request("wine", "0" * 16, "a" * 40, "artifacts", (), cast("Any", None), {})

    keys = (request.manifest_key, request.refusal_key)

    assert tuple(key.rpartition("/")[2] for key in keys) == datasets.DOCUMENTS


@pytest.mark.parametrize("text", ["Shell Weight (g)", " length ", "_Länge_", "a-b--c", "7", ""])
def test_a_header_means_the_same_in_raw_files_and_requests(text: str) -> None:
    assert payload.column_name(text) == layout.column_name(text)
