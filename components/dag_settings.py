"""What the DAGs know of the stack: one JSON object beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.naming import Names
    from components.placement import Placement
    from components.settings import StackSettings

FORMAT = 1
KEY = "dags/settings/stack.json"


@dataclass(frozen=True, kw_only=True)
class DagSettingsArgs:
    """What the DAGs have to be told of the stack's other parts."""

    names: Names
    settings: StackSettings
    airflow_bucket: pulumi.Input[str]
    data_bucket: pulumi.Input[str]
    artifact_bucket: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    etl_job: pulumi.Input[str]
    image_repository_uri: pulumi.Input[str]
    training_role_arn: pulumi.Input[str]
    hosting_role_arn: pulumi.Input[str]
    models: Sequence[str]
    training: Placement
    hosting: Placement


class DagSettings(pulumi.ComponentResource):
    """Writes the stack's outputs where the DAGs read them.

    A file changes in seconds and is seen in a diff; the environment's own options take it tens of
    minutes to change, and Pulumi hides them.
    """

    key: pulumi.Output[str]

    def __init__(
        self, name: str, args: DagSettingsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("mlops:dags:DagSettings", name, None, opts)
        self.key = self._object(name, args).key
        self.register_outputs({"key": self.key})

    def _object(self, name: str, args: DagSettingsArgs) -> aws.s3.BucketObjectv2:
        return aws.s3.BucketObjectv2(
            f"{name}-object",
            bucket=args.airflow_bucket,
            key=KEY,
            content=pulumi.Output.json_dumps(document(args), indent=2, sort_keys=True),
            content_type="application/json",
            opts=pulumi.ResourceOptions(parent=self),
        )


def document(args: DagSettingsArgs) -> dict[str, Any]:
    """Return what the DAGs read, as `dags/settings.py` expects it."""
    return {
        "format": FORMAT,
        "region": args.names.region,
        "account_id": args.names.account,
        "name_prefix": args.names.prefix,
        "data_bucket": args.data_bucket,
        "artifact_bucket": args.artifact_bucket,
        "glue_job": args.etl_job,
        "image_repository": args.image_repository_uri,
        "training_role_arn": args.training_role_arn,
        "hosting_role_arn": args.hosting_role_arn,
        "kms_key_arn": args.key_arn,
        "training_network": network(args.training),
        "hosting_network": network(args.hosting),
        "deferrable": args.settings.deferrable,
        "poll_seconds": args.settings.poll_seconds,
        "training_instance_type": args.settings.training_instance_type,
        "endpoint_instance_type": args.settings.endpoint_instance_type,
        "endpoint_alarms": {
            model: list(args.names.endpoint_alarms(model)) for model in args.models
        },
    }


def network(placement: Placement) -> dict[str, Any]:
    """Return where SageMaker puts the interfaces of a job or a model."""
    return {
        "subnet_ids": list(placement.subnet_ids),
        "security_group_ids": [placement.security_group_id],
    }
