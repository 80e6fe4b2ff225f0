"""Policy documents are what IAM reads."""

from __future__ import annotations

from components import policies
from components.naming import Names
from components.policies import Statement, document, trust

NAMES = Names(prefix="mlops-dev", account="123456789012", region="us-east-1")


def test_a_statement_leaves_out_what_it_does_not_say() -> None:
    statement = Statement(sid="Read", actions=("s3:GetObject",), resources=("arn:aws:s3:::b/k",))

    assert statement.to_json() == {
        "Sid": "Read",
        "Effect": "Allow",
        "Action": ["s3:GetObject"],
        "Resource": ["arn:aws:s3:::b/k"],
    }


def test_a_statement_can_forbid_and_have_conditions() -> None:
    condition = {"Bool": {"aws:SecureTransport": "false"}}

    statement = Statement(
        sid="No", deny=True, principals="*", actions=("s3:*",), conditions=condition
    ).to_json()

    assert statement["Effect"] == "Deny"
    assert statement["Principal"] == "*"
    assert statement["Condition"] == condition


def test_a_document_has_a_version_and_its_statements() -> None:
    statement = Statement(sid="Read", actions=("s3:GetObject",), resources=("arn",))

    assert document(statement) == {"Version": "2012-10-17", "Statement": [statement.to_json()]}


def test_one_trusted_service_is_a_plain_string() -> None:
    statement = trust("codepipeline.amazonaws.com", account=NAMES.account)["Statement"][0]

    assert statement["Principal"] == {"Service": "codepipeline.amazonaws.com"}


def test_a_trusted_service_acts_for_our_account_and_our_resources() -> None:
    environment = NAMES.arn("airflow", "environment/mlops-dev")

    document = trust("airflow.amazonaws.com", account=NAMES.account, sources=[environment])

    assert document["Statement"][0]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": [environment]},
    }


def test_a_service_that_may_not_say_for_whom_it_acts_is_held_where_it_does() -> None:
    document = trust("glue.amazonaws.com", account=NAMES.account, documented=False)

    assert document["Statement"][0]["Condition"] == {
        "StringEqualsIfExists": {"aws:SourceAccount": "123456789012"}
    }


def test_events_take_on_a_role_for_one_rule() -> None:
    statement = policies.trust_rule(NAMES, "push")["Statement"][0]

    assert statement["Condition"]["ArnLike"] == {
        "aws:SourceArn": ["arn:aws:events:us-east-1:123456789012:rule/mlops-dev-push"]
    }


def test_a_group_of_ours_is_never_made_by_who_writes_to_it() -> None:
    ours = policies.write_logs("arn:streams")
    shared = policies.write_logs("arn:streams", create_group=True)

    assert "logs:CreateLogGroup" not in ours.actions
    assert "logs:CreateLogGroup" in shared.actions


def test_metrics_are_held_to_their_namespace() -> None:
    statement = policies.put_metrics("Glue").to_json()

    assert statement["Condition"] == {"StringEquals": {"cloudwatch:namespace": "Glue"}}
