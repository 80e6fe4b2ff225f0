"""Names fit their services, are the stack's own, and are no other stack's."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

import boto3
import pytest

from ops.program import Graph, StandInCloud, evaluate
from tests.stack_forms import ALL, FORMS, ROOT, stack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LIMITS: Final = {
    "aws:budgets/budget:Budget": ("name", 100),
    "aws:cloudwatch/dashboard:Dashboard": ("dashboardName", 255),
    "aws:cloudwatch/eventRule:EventRule": ("name", 64),
    "aws:cloudwatch/logGroup:LogGroup": ("name", 512),
    "aws:cloudwatch/metricAlarm:MetricAlarm": ("name", 255),
    "aws:codebuild/project:Project": ("name", 150),
    "aws:codecommit/repository:Repository": ("repositoryName", 100),
    "aws:codeconnections/connection:Connection": ("name", 32),
    "aws:codepipeline/pipeline:Pipeline": ("name", 100),
    "aws:ec2/securityGroup:SecurityGroup": ("name", 255),
    "aws:ecr/repository:Repository": ("name", 256),
    "aws:glue/job:Job": ("name", 255),
    "aws:glue/securityConfiguration:SecurityConfiguration": ("name", 255),
    "aws:iam/role:Role": ("name", 64),
    "aws:kms/alias:Alias": ("name", 256),
    "aws:lambda/function:Function": ("name", 64),
    "aws:mwaa/environment:Environment": ("name", 80),
    "aws:s3/bucket:Bucket": ("bucket", 63),
    "aws:sns/topic:Topic": ("name", 256),
    "aws:sqs/queue:Queue": ("name", 80),
}
"""Type -> which input names it, and how long that may be (botocore's models, services' guides)."""

WITHIN_ANOTHER: Final = {"aws:iam/rolePolicy:RolePolicy"}
"""Types whose name is one among those of another resource."""

OF_THE_ACCOUNT: Final = ("account", "catalog", "default", "registry", "setting", "sourceCredential")
"""What words in a type tell that there is one of it for the whole account and region."""

OURS_ALL_THE_SAME: Final = {
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",  # of the stack's own VPC
}


def names_of(graph: Graph) -> set[tuple[str, str]]:
    """Return what AWS calls the resources of a stack, each beside its type."""
    return {
        (resource.type, str(resource.inputs[LIMITS[resource.type][0]]))
        for resource in graph
        if resource.type in LIMITS
    }


@pytest.fixture(scope="module", params=list(FORMS))
def longest(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Return a stack of the longest name that is allowed, in the region of the longest."""
    folder = tmp_path_factory.mktemp("program")
    for file in ROOT.iterdir():
        (folder / file.name).symlink_to(file)
    return evaluate_longest(folder, FORMS[request.param])


def evaluate_longest(folder: Path, values: Mapping[str, str]) -> Graph:
    regions = boto3.Session().get_available_regions("mwaa")
    region = max(regions, key=len)
    name = "production"  # with `mlops-` the 16 characters of a prefix
    (folder / f"Pulumi.{name}.yaml").write_text(f"config:\n  aws:region: {region}\n")
    budget = {"mlops:monthlyBudget": "1"}
    return evaluate(folder, name, StandInCloud(region=region), values={**values, **budget})


def test_every_name_fits_with_the_longest_stack_and_region(longest: Graph) -> None:
    too_long = [(kind, name) for kind, name in names_of(longest) if len(name) > LIMITS[kind][1]]

    assert len(str(longest.outputs["name_prefix"])) == 16
    assert too_long == []


@pytest.mark.parametrize(("name", "form"), ALL)
def test_every_name_is_looked_at(name: str, form: str) -> None:
    unknown = {
        resource.type
        for resource in stack(name, form)
        if resource.custom
        and any(isinstance(resource.inputs.get(key), str) for key in ("name", "repositoryName"))
        and resource.type not in {*LIMITS, *WITHIN_ANOTHER}
    }

    assert unknown == set()


@pytest.mark.parametrize("form", FORMS)
def test_two_stacks_of_one_account_share_no_name(form: str) -> None:
    dev, prod = names_of(stack("dev", form)), names_of(stack("prod", form))

    assert len(dev) > 30
    assert dev & prod == set()


@pytest.mark.parametrize(("name", "form"), ALL)
def test_a_name_is_the_stack_s_own(name: str, form: str) -> None:
    """So no stack owns what others write to as well, such as SageMaker's log groups."""
    graph = stack(name, form)

    prefix = str(graph.outputs["name_prefix"])
    assert [one for one in names_of(graph) if prefix not in one[1]] == []


@pytest.mark.parametrize(("name", "form"), ALL)
def test_what_is_named_by_a_pattern_is_no_other_stack_s(name: str, form: str) -> None:
    """A prefix has one hyphen, so what begins with it and another hyphen is of this stack."""
    graph = stack(name, form)
    prefix = str(graph.outputs["name_prefix"])

    texts = [json.dumps(resource.inputs, default=str) for resource in graph]

    assert sum(f"{prefix}-*" in text for text in texts) > 5
    assert [text for text in texts if re.search(rf"{prefix}[*?]", text)] == []


@pytest.mark.parametrize(("name", "form"), ALL)
def test_a_stack_owns_no_setting_of_the_account(name: str, form: str) -> None:
    types = {resource.type for resource in stack(name, form) if resource.custom}

    found = {
        kind
        for kind in types - OURS_ALL_THE_SAME
        if any(word.lower() in kind.lower() for word in OF_THE_ACCOUNT)
    }
    assert found == set()
