"""The check that saves an installer's start."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError

from staging.pinned import missing

REQUIREMENTS = """\
boto3==1.42.84 \\
    --hash=sha256:aa
PyYAML==6.0.3 \\
    --hash=sha256:bb
"""


def test_nothing_is_missing_when_every_pin_is_installed() -> None:
    versions = {"boto3": "1.42.84", "PyYAML": "6.0.3"}

    found = missing(REQUIREMENTS, versions.__getitem__)

    assert found == []


def test_another_version_is_missing() -> None:
    versions = {"boto3": "1.42.85", "PyYAML": "6.0.3"}

    found = missing(REQUIREMENTS, versions.__getitem__)

    assert found == ["boto3==1.42.84"]


def test_a_package_that_is_not_there_is_missing() -> None:
    def installed(name: str) -> str:
        raise PackageNotFoundError(name)

    found = missing(REQUIREMENTS, installed)

    assert found == ["boto3==1.42.84", "PyYAML==6.0.3"]
