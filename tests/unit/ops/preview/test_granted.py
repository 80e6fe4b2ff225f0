"""Whatever grants something is read, whichever type of resource it hangs on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ops.preview.granted import granted
from ops.preview.statements import Condition
from tests.unit.ops.graphs import graph, resource

if TYPE_CHECKING:
    from collections.abc import Callable

    Allow = Callable[..., dict[str, Any]]

DOCUMENT = json.dumps(
    {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "x:Do",
                "Resource": "arn:here",
            }
        ]
    }
)


@pytest.mark.parametrize(
    ("token", "inputs", "where"),
    [
        ("aws:s3/bucketPolicy:BucketPolicy", {"policy": DOCUMENT, "bucket": "b"}, "bucket b"),
        (
            "aws:sqs/queuePolicy:QueuePolicy",
            {"policy": DOCUMENT, "queueUrl": "https://sqs.aws/123/q"},
            "queue q",
        ),
        ("aws:sqs/queue:Queue", {"policy": DOCUMENT, "name": "q"}, "queue q"),
        ("aws:sns/topicPolicy:TopicPolicy", {"policy": DOCUMENT, "arn": "arn:aws:t"}, "topic t"),
        ("aws:kms/key:Key", {"policy": DOCUMENT}, "key it"),
        (
            "aws:ec2/vpcEndpoint:VpcEndpoint",
            {"policy": DOCUMENT, "serviceName": "com.amazonaws.r.s3"},
            "endpoint com.amazonaws.r.s3",
        ),
        (
            "aws:ecr/repositoryPolicy:RepositoryPolicy",
            {"policy": DOCUMENT, "repository": "i"},
            "image repository i",
        ),
        (
            "aws:cloudwatch/eventBusPolicy:EventBusPolicy",
            {"policy": DOCUMENT, "eventBusName": "b"},
            "event bus b",
        ),
        (
            "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy",
            {"policy": DOCUMENT, "vpcEndpointId": "vpce-1"},
            "endpoint vpce-1",
        ),
        ("aws:kms/keyPolicy:KeyPolicy", {"policy": DOCUMENT, "keyId": "k"}, "key k"),
        (
            "aws:secretsmanager/secretPolicy:SecretPolicy",
            {"policy": DOCUMENT, "secretArn": "arn:aws:s"},
            "secret s",
        ),
        ("aws:sns/topic:Topic", {"policy": DOCUMENT, "name": "t"}, "topic t"),
        (
            "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
            {"policyDocument": DOCUMENT, "policyName": "l"},
            "log policy l",
        ),
    ],
)
def test_a_resources_own_policy_grants(token: str, inputs: dict[str, Any], where: str) -> None:
    (found,) = granted(graph(resource(token, "it", **inputs)))

    assert (found.where, found.who, found.action) == (where, "events.amazonaws.com", "x:Do")


def test_a_policy_kept_by_itself_is_for_whoever_has_it(allow: Allow) -> None:
    document = json.dumps({"Statement": [allow()]})

    (found,) = granted(graph(resource("aws:iam/policy:Policy", "it", name="p", policy=document)))

    assert (found.where, found.who) == ("policy p", "whoever has policy p")


def test_a_policy_need_not_be_text() -> None:
    policy = resource("aws:s3/bucketPolicy:BucketPolicy", "p", policy=json.loads(DOCUMENT))

    assert len(granted(graph(policy))) == 1


def test_an_endpoint_without_a_policy_lets_everything_through() -> None:
    endpoint = resource("aws:ec2/vpcEndpoint:VpcEndpoint", "e", serviceName="s3")

    (found,) = granted(graph(endpoint))

    assert (found.who, found.action, found.target) == ("*", "*", "*")


def test_who_may_take_a_role_on_is_granted() -> None:
    trust = json.dumps(
        {
            "Statement": {
                "Effect": "Allow",
                "Principal": {"Service": "glue.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        }
    )
    role = resource("aws:iam/role:Role", "r", name="etl", assumeRolePolicy=trust)

    (found,) = granted(graph(role))

    assert (found.kind, found.who, found.target) == ("trust", "glue.amazonaws.com", "role etl")


def test_a_roles_own_inline_policies_count(allow: Allow) -> None:
    document = json.dumps({"Statement": [allow()]})
    role = resource(
        "aws:iam/role:Role", "r", name="etl", inlinePolicies=[{"name": "p", "policy": document}]
    )

    (found,) = granted(graph(role))

    assert (found.kind, found.where) == ("role", "role etl")


def test_a_policy_kept_elsewhere_is_named() -> None:
    attached = resource(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", role="etl", policyArn="arn:p"
    )
    role = resource("aws:iam/role:Role", "r", name="etl", managedPolicyArns=["arn:p"])

    assert granted(graph(attached)) == granted(graph(role))


def test_a_permission_of_a_function_grants_its_call() -> None:
    permission = resource(
        "aws:lambda/permission:Permission",
        "p",
        function="f",
        action="lambda:InvokeFunction",
        principal="events.amazonaws.com",
        sourceArn="arn:rule",
        sourceAccount="123",
    )

    (found,) = granted(graph(permission))

    assert found.where == "function f"
    assert found.conditions == (
        Condition("ArnLike", "aws:SourceArn", ("arn:rule",)),
        Condition("StringEquals", "aws:SourceAccount", ("123",)),
    )


def test_a_sealed_policy_says_nothing() -> None:
    policy = resource("aws:s3/bucketPolicy:BucketPolicy", "p", policy="[secret 0a]", bucket="b")

    assert granted(graph(policy)) == frozenset()


STAR = json.dumps({"Statement": [{"Effect": "Allow", "Action": "a:b", "Resource": "*"}]})


@pytest.mark.parametrize(
    ("token", "inputs", "who"),
    [
        ("aws:iam/userPolicy:UserPolicy", {"user": "u", "policy": STAR}, ["user u"]),
        ("aws:iam/groupPolicy:GroupPolicy", {"group": "g", "policy": STAR}, ["group g"]),
        ("aws:iam/userPolicyAttachment:X", {"user": "u", "policyArn": "arn:p"}, ["user u"]),
        (
            "aws:iam/policyAttachment:PolicyAttachment",
            {"roles": ["r", "s"], "groups": ["g"], "policyArn": "arn:p"},
            ["group g", "role r", "role s"],
        ),
        ("aws:ssoadmin/inline:Inline", {"inlinePolicy": STAR}, ["whoever has Inline it"]),
        ("aws:glue/resourcePolicy:X", {"policy": DOCUMENT}, ["events.amazonaws.com"]),
        ("aws:new/thing:Thing", {"anything": json.loads(DOCUMENT)}, ["events.amazonaws.com"]),
    ],
)
def test_a_type_that_nobody_listed_grants_as_well(
    token: str, inputs: dict[str, Any], who: list[str]
) -> None:
    found = granted(graph(resource(token, "it", **inputs)))

    assert sorted(grant.who for grant in found) == who


def test_what_is_no_policy_grants_nothing() -> None:
    rule = resource("aws:cloudwatch/eventRule:EventRule", "r", eventPattern='{"source": ["aws"]}')

    assert granted(graph(rule)) == frozenset()
