"""Each policy speaks AWS's own words: actions that exist, on resources and conditions they take."""

from __future__ import annotations

import pytest

from tests import iam_reference
from tests.policy_documents import Document, documents

DOCUMENTS = pytest.mark.parametrize(
    "document", documents(), ids=lambda document: f"{document.type.split(':')[-1]}-{document.owner}"
)


@DOCUMENTS
def test_every_action_exists(document: Document) -> None:
    unknown = [
        action
        for statement in document.statements
        for action in statement.actions
        if not iam_reference.exists(action)
    ]

    assert unknown == []


@DOCUMENTS
def test_every_action_is_given_a_resource_that_it_takes(document: Document) -> None:
    idle = [
        (statement.sid, action)
        for statement in document.statements
        if statement.resources
        for action in statement.actions
        if "*" not in action
        and not any(iam_reference.takes(action, arn) for arn in statement.resources)
    ]

    assert idle == []


@DOCUMENTS
def test_every_resource_is_taken_by_an_action(document: Document) -> None:
    idle = [
        (statement.sid, arn)
        for statement in document.statements
        for arn in statement.resources
        if not any(
            "*" in action or iam_reference.takes(action, arn) for action in statement.actions
        )
    ]

    assert idle == []


@DOCUMENTS
def test_every_condition_is_known_to_its_actions(document: Document) -> None:
    idle = [
        (statement.sid, action, key)
        for statement in document.statements
        for keys in statement.conditions.values()
        for key in keys
        for action in statement.actions
        if "*" not in action and not iam_reference.takes_key(action, key)
    ]

    assert idle == []


@pytest.mark.parametrize(
    ("action", "known"),
    [("s3:GetObject", True), ("s3:GetObjects", False), ("s3:*", True), ("s4:*", False)],
)
def test_a_misspelt_action_is_found(action: str, *, known: bool) -> None:
    assert iam_reference.exists(action) is known


@pytest.mark.parametrize(
    ("action", "resource", "taken"),
    [
        ("s3:GetObject", "arn:aws:s3:::bucket/raw/*", True),
        ("s3:GetObject", "arn:aws:s3:::bucket", False),
        ("s3:ListBucket", "arn:aws:s3:::bucket", True),
        ("s3:ListBucket", "arn:aws:s3:::bucket/*", False),
        ("logs:PutLogEvents", "arn:aws:logs:us-east-1:1:log-group:/aws/lambda/f:*", True),
        ("logs:PutLogEvents", "arn:aws:logs:us-east-1:1:log-group:/aws/lambda/f", False),
        ("sagemaker:CreateModel", "arn:aws:sagemaker:us-east-1:1:training-job/x-*", False),
        ("kms:Decrypt", "arn:aws:kms:us-east-1:1:key/k", True),
    ],
)
def test_a_resource_of_the_wrong_kind_is_found(action: str, resource: str, *, taken: bool) -> None:
    assert iam_reference.takes(action, resource) is taken


@pytest.mark.parametrize(
    ("action", "key", "taken"),
    [
        ("sagemaker:CreateTrainingJob", "sagemaker:VpcSubnets", True),
        ("sagemaker:CreateEndpoint", "sagemaker:VpcSubnets", False),
        ("kms:Decrypt", "kms:EncryptionContext:aws:logs:arn", True),
        ("s3:GetObject", "aws:SourceArn", True),
        ("s3:GetObject", "aws:SourceArm", False),
    ],
)
def test_a_condition_of_another_action_is_found(action: str, key: str, *, taken: bool) -> None:
    assert iam_reference.takes_key(action, key) is taken
