"""A policy document reads as statements."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ops.iam.documents import parse
from ops.iam.errors import UnknownInPolicyError


def document(**changes: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    return {"Version": "2012-10-17", "Statement": {**statement, **changes}}


def test_one_or_many_are_the_same() -> None:
    one = document()
    many = {"Statement": [one["Statement"]]}

    assert parse(one) == parse(many) == parse(json.dumps(one))


def test_a_statement_names_its_actions_in_any_case_and_its_resources_in_theirs() -> None:
    (statement,) = parse(
        document(Action=["S3:Get*", "s3:PutObject"], Resource=["arn:aws:s3:::b/*"])
    )

    assert statement.names_action("s3:GetObject")
    assert statement.names_action("s3:putobject")
    assert not statement.names_action("s3:DeleteObject")
    assert statement.names_resource("arn:aws:s3:::b/key")
    assert not statement.names_resource("arn:aws:s3:::B/key")


def test_principals_are_lists_by_kind() -> None:
    (anyone,) = parse(document(Principal="*"))
    (service,) = parse(document(Principal={"Service": "glue.amazonaws.com", "AWS": ["1", "2"]}))

    assert anyone.principals == {"AWS": ("*",)}
    assert service.principals == {"Service": ("glue.amazonaws.com",), "AWS": ("1", "2")}


@pytest.mark.parametrize("element", ["NotAction", "NotResource", "NotPrincipal"])
def test_an_element_that_none_of_our_policies_uses_is_refused(element: str) -> None:
    with pytest.raises(UnknownInPolicyError, match=f"element is unknown.*{element}"):
        parse(document(**{element: "*"}))
