"""What Glue can install, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.wheels import duckdb_wheel
from tests.fake_aws import FakeAws
from twin.executors.glue_modules import fits, refused_modules

ROOT = Path(__file__).resolve().parents[4]
WHEEL = "s3://artifacts/glue/x-1-py3-none-any.whl"


def test_the_stacks_wheel_fits() -> None:
    assert fits(duckdb_wheel(ROOT).name)


@pytest.mark.parametrize(
    "name",
    [
        "x-1.0-py3-none-any.whl",
        "x-1.0-1-cp311-cp311-manylinux_2_34_x86_64.whl",
        "x-1.0-py2.py3-none-manylinux2014_x86_64.whl",
    ],
)
def test_wheels_for_its_python_and_platform_fit(name: str) -> None:
    assert fits(name)


@pytest.mark.parametrize(
    "name",
    [
        "x-1.0-cp312-cp312-manylinux_2_28_x86_64.whl",
        "x-1.0-cp311-cp311-manylinux_2_35_x86_64.whl",
        "x-1.0-cp311-cp311-manylinux_2_28_aarch64.whl",
        "x-1.0-cp311-cp311-macosx_12_0_arm64.whl",
        "x.whl",
    ],
)
def test_others_do_not(name: str) -> None:
    assert not fits(name)


def test_a_wheel_that_the_role_reads_is_no_reason_to_refuse() -> None:
    arguments = {"--additional-python-modules": WHEEL}

    assert refused_modules(FakeAws()("s3"), arguments) is None


def test_a_wheel_that_the_role_may_not_read_ends_the_run() -> None:
    aws = FakeAws()
    aws.refuse("head_object", "403", "Forbidden")

    refused = refused_modules(aws("s3"), {"--additional-python-modules": WHEEL})

    assert refused is not None
    assert refused.startswith("LAUNCH ERROR | Error downloading from S3 for bucket: artifacts, key")


def test_a_wheel_for_another_python_ends_the_run() -> None:
    arguments = {"--additional-python-modules": "s3://b/x-1-cp312-cp312-linux_x86_64.whl"}

    refused = refused_modules(FakeAws()("s3"), arguments)

    assert refused is not None
    assert refused.endswith("is not a supported wheel on this platform.")


def test_without_an_index_a_name_alone_is_nothing() -> None:
    arguments = {
        "--additional-python-modules": "duckdb==2.0.0",
        "--python-modules-installer-option": "--no-index",
    }

    assert "duckdb==2.0.0" in str(refused_modules(FakeAws()("s3"), arguments))
