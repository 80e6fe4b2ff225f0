"""Airflow's role carries out the steps of a retraining, and nothing else."""

from __future__ import annotations

from components.airflow_permissions import Place, environment_statements, step_statements
from components.naming import Names
from components.placement import Placement

NAMES = Names(prefix="mlops-dev", account="123456789012", region="us-east-1")
ROLES = ("arn:training", "arn:hosting")
KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
TRAINING, HOSTING = (
    Place(
        placement=Placement(subnet_ids=["subnet-a", "subnet-b"], security_group_id=f"sg-{role}"),
        role_arn=role,
        key_arn=KEY,
    )
    for role in ROLES
)
STEPS = step_statements(NAMES, TRAINING, HOSTING)


def test_roles_are_handed_to_sagemaker_alone() -> None:
    (statement,) = (found for found in STEPS if "iam:PassRole" in found.actions)

    assert statement.resources == ROLES
    assert statement.conditions == {
        "StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}
    }


def test_sagemaker_is_called_for_what_begins_with_our_prefix() -> None:
    named = [
        resource
        for statement in STEPS
        if statement.sid != "FindOldDeployments"
        for resource in statement.resources
        if str(resource).startswith("arn:aws:sagemaker")
    ]

    assert named
    assert all(str(resource).endswith("/mlops-dev-*") for resource in named)


def test_jobs_and_models_lie_in_our_network_and_nowhere_else() -> None:
    places = {
        action: statement.conditions
        for statement in STEPS
        for action in statement.actions
        if action in ("sagemaker:CreateTrainingJob", "sagemaker:CreateModel")
    }

    groups = {
        action: conditions["ForAllValues:StringEquals"]["sagemaker:VpcSecurityGroupIds"]
        for action, conditions in places.items()
    }
    assert groups == {
        "sagemaker:CreateTrainingJob": ["sg-arn:training"],
        "sagemaker:CreateModel": ["sg-arn:hosting"],
    }
    for conditions in places.values():
        assert conditions["Null"] == {
            "sagemaker:VpcSubnets": "false",
            "sagemaker:VpcSecurityGroupIds": "false",
        }
        assert conditions["Bool"] == {"sagemaker:NetworkIsolation": "true"}


def test_no_key_but_ours_encrypts_what_is_made() -> None:
    keys = {
        action: statement.conditions["ArnEqualsIfExists"]["sagemaker:VolumeKmsKeyArn"]
        for statement in STEPS
        for action in statement.actions
        if action in ("sagemaker:CreateTrainingJob", "sagemaker:CreateEndpointConfig")
    }

    assert set(keys.values()) == {KEY}
    assert len(keys) == 2


def test_tags_are_given_when_something_is_made_and_never_changed() -> None:
    (statement,) = (found for found in STEPS if "sagemaker:AddTags" in found.actions)

    assert statement.conditions == {"Null": {"sagemaker:TaggingAction": "false"}}


def test_only_our_glue_job_is_run() -> None:
    (statement,) = (found for found in STEPS if "glue:StartJobRun" in found.actions)

    assert statement.resources == ("arn:aws:glue:us-east-1:123456789012:job/mlops-dev-etl",)


def test_code_and_models_are_read_and_never_written() -> None:
    written = {
        str(resource).split("/", 1)[1]
        for statement in STEPS
        if "s3:PutObject" in statement.actions
        for resource in statement.resources
    }

    assert written == {"datasets/*/request.json", "endpoints/*", "evaluations/*", "runs/*"}


def test_the_raw_bucket_is_listed_and_never_read() -> None:
    actions = {
        action
        for statement in STEPS
        for resource in statement.resources
        for action in statement.actions
        if NAMES.data_bucket in str(resource)
    }

    assert actions == {"s3:ListBucket", "s3:ListBucketVersions"}


def test_dags_are_read_and_never_written() -> None:
    actions = {
        action
        for statement in (*environment_statements(NAMES, "arn:key"), *STEPS)
        for resource in statement.resources
        for action in statement.actions
        if NAMES.airflow_bucket in str(resource)
    }

    assert not {action for action in actions if "Put" in action or "Delete" in action}


def test_statements_have_names_of_their_own() -> None:
    sids = [statement.sid for statement in (*environment_statements(NAMES, "arn:key"), *STEPS)]

    assert len(sids) == len(set(sids))


def test_the_key_is_handed_to_services_of_aws_alone() -> None:
    (statement,) = (found for found in STEPS if "kms:CreateGrant" in found.actions)

    assert statement.resources == (KEY,)
    assert statement.conditions == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
