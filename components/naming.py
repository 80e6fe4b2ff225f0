"""Every name, address and tag of a stack, from one prefix. Pure.

Names are fixed rather than made up by Pulumi: roles are scoped by them, the DAGs build endpoint
names from them, and people find things by them. The price: what AWS cannot rename is replaced only
after the old one is gone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PREFIX_PATTERN = re.compile(r"[a-z][a-z0-9]*-[a-z0-9]+")
"""One hyphen and no other: a role that may touch all of `mlops-dev-*` touches no other stack's
things, whatever that is called, as it could those of a stack `dev-2`."""

PREFIX_LENGTH = 16
"""What leaves room for a model's name and a content hash in SageMaker's 63 characters."""

ENDPOINT_ALARMS = ("5xx", "model-errors", "latency")
"""What is watched of each endpoint; a deployment that sets one of them off is taken back."""


def name_prefix(project: str, stack: str) -> str:
    """Return what all names of a stack begin with.

    Raises:
        ValueError: It is too long, or holds what some service does not allow.
    """
    prefix = f"{project}-{stack}"
    if len(prefix) > PREFIX_LENGTH or not PREFIX_PATTERN.fullmatch(prefix):
        raise ValueError(
            f"project and stack make the name prefix {prefix!r} of {len(prefix)} characters; "
            f"expected at most {PREFIX_LENGTH} of a-z and 0-9, a letter first, and one '-', "
            "between project and stack; do: give the stack another name"
        )
    return prefix


@dataclass(frozen=True, kw_only=True)
class Names:
    """The names of one stack's resources, and how they are addressed.

    Attributes:
        prefix: `<project>-<stack>`, checked by `name_prefix`.
        account: The AWS account's 12 digits.
        region: Such as `eu-central-1`.
    """

    prefix: str
    account: str
    region: str

    @property
    def partition(self) -> str:
        """The part of AWS that the region belongs to, which every ARN begins with."""
        special = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
        return next(
            (part for start, part in special.items() if self.region.startswith(start)), "aws"
        )

    @property
    def tags(self) -> dict[str, str]:
        """What every resource carries that can carry tags."""
        return {"Stack": self.prefix, "ManagedBy": "pulumi"}

    @property
    def data_bucket(self) -> str:
        """Raw files, as they were uploaded."""
        return self._bucket("data")

    @property
    def artifact_bucket(self) -> str:
        """What is made from them: code, datasets, models, evaluations, outcomes."""
        return self._bucket("artifacts")

    @property
    def airflow_bucket(self) -> str:
        """What the Airflow environment synchronises."""
        return self._bucket("airflow")

    @property
    def access_log_bucket(self) -> str:
        """Who asked the other buckets for what."""
        return self._bucket("logs")

    @property
    def pipeline_artifacts(self) -> str:
        """Below which prefix CodePipeline keeps artifacts: 20 characters of its name."""
        return self.pipeline[:20]

    @property
    def source_repository(self) -> str:
        """The CodeCommit repository."""
        return self.prefix

    @property
    def connection(self) -> str:
        """The connection to a repository elsewhere; 32 characters at most."""
        return self.prefix

    @property
    def pipeline(self) -> str:
        """The build pipeline."""
        return self.prefix

    @property
    def airflow_environment(self) -> str:
        """The MWAA environment."""
        return self.prefix

    @property
    def staging_project(self) -> str:
        """The CodeBuild project that stages code and DAGs."""
        return self.step("staging")

    @property
    def image_project(self) -> str:
        """The CodeBuild project that builds the training image."""
        return self.step("image")

    @property
    def review_project(self) -> str:
        """The CodeBuild project that comments on pull requests."""
        return self.step("review")

    @property
    def build_projects(self) -> tuple[str, ...]:
        """The CodeBuild projects that a push goes through."""
        return self.staging_project, self.image_project

    @property
    def image_repository(self) -> str:
        """The ECR repository of the training image."""
        return self.step("training")

    @property
    def trigger_function(self) -> str:
        """The Lambda function that starts DAG runs."""
        return self.step("trigger")

    @property
    def etl_job(self) -> str:
        """The Glue job."""
        return self.step("etl")

    @property
    def endpoint_pattern(self) -> str:
        """How a model's endpoint and package group are called."""
        return self.endpoint("<model>")

    def endpoint(self, model: str) -> str:
        """Return the name of a model's endpoint, and of its package group."""
        return f"{self.prefix}-{model}"

    @property
    def alarm_topic(self) -> str:
        """The topic that everything which wants a person is published to."""
        return self.step("alarms")

    @property
    def dashboard(self) -> str:
        """The dashboard in CloudWatch."""
        return self.prefix

    @property
    def budget(self) -> str:
        """The monthly budget; the account's budgets share one space of names."""
        return f"{self.prefix}-{self.region}"

    def alarm(self, subject: str) -> str:
        """Return the name of an alarm."""
        return self.step(subject)

    def endpoint_alarm(self, model: str, kind: str) -> str:
        """Return the name of an alarm on a model's endpoint; `kind` is one of ENDPOINT_ALARMS."""
        return self.alarm(f"endpoint-{model}-{kind}")

    def endpoint_alarms(self, model: str) -> tuple[str, ...]:
        """Return the names of all alarms on a model's endpoint."""
        return tuple(self.endpoint_alarm(model, kind) for kind in ENDPOINT_ALARMS)

    def dag(self, model: str) -> str:
        """Return the id of a model's DAG."""
        return f"retrain-{model}"

    def step(self, step: str) -> str:
        """Return the name of what belongs to one step: role, queue, rule, project."""
        return f"{self.prefix}-{step}"

    def build_log_group(self, project: str) -> str:
        """Return where CodeBuild writes a project's logs."""
        return f"/aws/codebuild/{project}"

    def etl_log_group(self, kind: str) -> str:
        """Return where Glue writes a job run's `output` or `error`.

        A job whose security configuration encrypts its logs has groups of its own, called after
        configuration and role; all others of the account share theirs.
        """
        return f"/aws-glue/jobs/{self.etl_job}-role/{self.step('etl')}/{kind}"

    @property
    def flow_log_group(self) -> str:
        """Where the network's flow logs go."""
        return f"/aws/vpc-flow-logs/{self.step('network')}"

    def function_log_group(self, function: str) -> str:
        """Return where Lambda writes a function's logs."""
        return f"/aws/lambda/{function}"

    def key_alias(self, purpose: str) -> str:
        """Return what people call the key for a purpose."""
        return f"alias/{self.step(purpose)}"

    @property
    def account_arn(self) -> str:
        """The account as a principal, which leaves it to IAM."""
        return f"arn:{self.partition}:iam::{self.account}:root"

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of something in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def role_arn(self, step: str) -> str:
        """Return the ARN of a step's role."""
        return f"arn:{self.partition}:iam::{self.account}:role/{self.step(step)}"

    def bucket_arn(self, bucket: str) -> str:
        """Return the ARN of a bucket."""
        return f"arn:{self.partition}:s3:::{bucket}"

    def objects_arn(self, bucket: str, *keys: str) -> tuple[str, ...]:
        """Return the ARNs of a bucket's objects, by key or by pattern of keys."""
        return tuple(f"{self.bucket_arn(bucket)}/{key}" for key in keys)

    def log_streams_arn(self, group: str) -> str:
        """Return the ARN of all streams of a log group."""
        return self.arn("logs", f"log-group:{group}:*")

    def _bucket(self, purpose: str) -> str:
        # Bucket names are shared by the whole world: account and region make them ours.
        return f"{self.prefix}-{purpose}-{self.account}-{self.region}"
