"""The job's arguments."""

from __future__ import annotations

import pytest

from etl.errors import ArgumentsError
from etl.settings import Settings

URI = "s3://artifacts/datasets/abalone/0123456789abcdef/request.json"


def test_glue_s_own_arguments_are_ignored() -> None:
    argv = [
        "--JOB_NAME",
        "etl",
        "--request_uri",
        URI,
        "--job-bookmark-option",
        "job-bookmark-disable",
    ]

    assert Settings.parse(argv) == Settings(URI, "auto")


def test_engine_its_limit_and_commit_are_read() -> None:
    argv = ["--request_uri", URI, "--engine", "spark", "--duckdb_gb", "7", "--commit", "a" * 40]

    assert Settings.parse(argv) == Settings(URI, "spark", 7, "a" * 40)


def test_a_missing_request_is_an_error_and_not_an_exit_code() -> None:
    with pytest.raises(ArgumentsError, match="--request_uri"):
        Settings.parse(["--engine", "duckdb"])


def test_an_unknown_engine_names_the_known_ones() -> None:
    with pytest.raises(ArgumentsError, match=r"'polars'.*duckdb.*spark"):
        Settings.parse(["--request_uri", URI, "--engine", "polars"])


def test_an_address_that_is_no_request_is_refused() -> None:
    with pytest.raises(ArgumentsError, match=r"found 's3://artifacts/manifest.json'"):
        Settings("s3://artifacts/manifest.json")
