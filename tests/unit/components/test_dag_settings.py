"""The DAGs are told of the stack by one JSON object."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ops.program import Graph


def test_it_lies_beside_the_dags(inputs_of: Callable[[str], dict[str, Any]]) -> None:
    settings = inputs_of("dags-object")

    assert settings["bucket"] == "mlops-dev-airflow-123456789012-us-east-1"
    assert settings["key"] == "dags/settings/stack.json"


def test_it_holds_what_the_other_components_made(
    inputs_of: Callable[[str], dict[str, Any]], key_of: Callable[[str], str]
) -> None:
    content = json.loads(inputs_of("dags-object")["content"])

    assert content == {
        "format": 1,
        "region": "us-east-1",
        "account_id": "123456789012",
        "name_prefix": "mlops-dev",
        "data_bucket": "mlops-dev-data-123456789012-us-east-1",
        "artifact_bucket": "mlops-dev-artifacts-123456789012-us-east-1",
        "glue_job": "mlops-dev-etl",
        "image_repository": "123456789012.dkr.ecr.us-east-1.amazonaws.com/mlops-dev-training",
        "training_role_arn": "arn:aws:iam::123456789012:role/mlops-dev-training",
        "hosting_role_arn": "arn:aws:iam::123456789012:role/mlops-dev-hosting",
        "kms_key_arn": key_of("data"),
        "training_network": {
            "subnet_ids": ["network-private-0-id", "network-private-1-id"],
            "security_group_ids": ["network-training-id"],
        },
        "hosting_network": {
            "subnet_ids": ["network-private-0-id", "network-private-1-id"],
            "security_group_ids": ["network-hosting-id"],
        },
        "deferrable": True,
        "poll_seconds": 30.0,
        "training_instance_type": None,
        "endpoint_instance_type": None,
        "endpoint_alarms": {
            "abalone": [
                "mlops-dev-endpoint-abalone-5xx",
                "mlops-dev-endpoint-abalone-model-errors",
                "mlops-dev-endpoint-abalone-latency",
            ]
        },
    }


def test_a_preview_does_not_write_half_of_it(preview: Graph) -> None:
    content = preview.named("dags-object").inputs["content"]

    assert not isinstance(content, str)
