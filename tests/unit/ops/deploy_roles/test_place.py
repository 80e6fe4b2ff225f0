"""What is to be named for the roles is named, or all that is wrong is told."""

from __future__ import annotations

import pytest

from ops.deploy_roles.command import main
from ops.deploy_roles.place import Place, read_place
from ops.errors import OpsError

GIVEN = {
    "repository": "owner/name",
    "account": "123456789012",
    "bucket": "my-state",
    "key": "arn:aws:kms:us-east-1:123456789012:key/ID",
}


def test_all_arguments_that_are_missing_or_wrong_are_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["--repository", "owner/name", "--account", "1", "--bucket", "s3://state"])

    printed, said = capsys.readouterr()
    assert (code, printed) == (1, "")
    assert said.startswith("deploy-roles: who may take on the roles")
    assert "found: ACCOUNT=1, BUCKET=s3://state, KEY=\n" in said
    assert "REPOSITORY: " not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("repository", "name"),
        ("repository", "owner/name/more"),
        ("repository", "owner/*"),
        ("account", "12345678901"),
        ("bucket", "BUCKET"),
        ("bucket", ""),
        ("key", "alias/state"),
        ("key", "arn:aws:kms:us-east-1:123456789012:alias/state"),
    ],
)
def test_what_cannot_be_is_refused(name: str, value: str) -> None:
    given = {**GIVEN, name: value}

    with pytest.raises(OpsError) as refused:
        read_place(given)

    assert refused.value.found == f"{name.upper()}={value}"


def test_what_can_be_is_taken() -> None:
    assert read_place(GIVEN) == Place(**GIVEN)
