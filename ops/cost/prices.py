"""List prices of AWS in one dated table: US dollars, on demand, no free tier, no discount, no tax.

Each price names the page of AWS that has it. They are what was known at `KNOWN_AT` from those
pages: nothing here asks AWS. Before a decision hangs on one, look at its page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

KNOWN_AT: Final = "2025-06"
"""The month whose prices these are."""

REGION: Final = "us-east-1"
"""The region whose prices these are."""

SAME_PRICES: Final = ("us-east-2", "us-west-2")
"""Regions in which AWS asks the same for everything here."""

HOURS: Final = 730
"""Hours of a month, as AWS's own calculator has them."""

MWAA = "Amazon MWAA Pricing"
VPC = "Amazon VPC Pricing"
PRIVATE_LINK = "AWS PrivateLink Pricing"
KMS = "AWS Key Management Service Pricing"
CLOUDWATCH = "Amazon CloudWatch Pricing"
PIPELINE = "AWS CodePipeline Pricing"
BUILD = "AWS CodeBuild Pricing"
ECR = "Amazon ECR Pricing"
GLUE = "AWS Glue Pricing"
SAGEMAKER = "Amazon SageMaker AI Pricing"
S3 = "Amazon S3 Pricing"
LAMBDA = "AWS Lambda Pricing"
EVENTS = "Amazon EventBridge Pricing"
SECRETS = "AWS Secrets Manager Pricing"


@dataclass(frozen=True)
class Price:
    """One list price.

    Attributes:
        dollars: For one unit.
        unit: What is paid for, such as `h` or `GB`.
        page: The title of AWS's page that has it.
    """

    dollars: float
    unit: str
    page: str


def _hourly(page: str, prices: Mapping[str, float]) -> dict[str, Price]:
    return {key: Price(dollars, "h", page) for key, dollars in prices.items()}


_AIRFLOW = _hourly(
    MWAA,
    {
        "airflow.mw1.micro": 0.29,
        "airflow.mw1.small": 0.49,
        "airflow.mw1.medium": 0.74,
        "airflow.mw1.large": 0.99,
        "airflow.mw1.xlarge": 1.98,
        "airflow.mw1.2xlarge": 3.96,
        "airflow.worker.mw1.small": 0.055,
        "airflow.worker.mw1.medium": 0.11,
        "airflow.worker.mw1.large": 0.22,
        "airflow.worker.mw1.xlarge": 0.44,
        "airflow.worker.mw1.2xlarge": 0.88,
    },
)

_INSTANCES = _hourly(
    SAGEMAKER,
    {
        # Training and hosting ask the same for each of these.
        "instance.ml.t2.medium": 0.056,
        "instance.ml.t2.large": 0.111,
        "instance.ml.m4.xlarge": 0.24,
        "instance.ml.m5.large": 0.115,
        "instance.ml.m5.xlarge": 0.23,
        "instance.ml.m5.2xlarge": 0.461,
        "instance.ml.m5.4xlarge": 0.922,
        "instance.ml.m5.12xlarge": 2.765,
        "instance.ml.m5.24xlarge": 5.53,
        "instance.ml.c5.large": 0.102,
        "instance.ml.c5.xlarge": 0.204,
        "instance.ml.c5.2xlarge": 0.408,
        "instance.ml.c5.4xlarge": 0.816,
        "instance.ml.c5.9xlarge": 1.836,
        "instance.ml.r5.large": 0.151,
        "instance.ml.r5.xlarge": 0.302,
        "instance.ml.g4dn.xlarge": 0.736,
        "instance.ml.g5.xlarge": 1.408,
        "instance.ml.p3.2xlarge": 3.825,
    },
)

PRICES: Final[Mapping[str, Price]] = {
    **_AIRFLOW,
    **_INSTANCES,
    "airflow.storage": Price(0.10, "GB", MWAA),
    "network.nat": Price(0.045, "h", VPC),
    "network.nat.data": Price(0.045, "GB", VPC),
    "network.address": Price(0.005, "h", VPC),
    "network.endpoint": Price(0.01, "h", PRIVATE_LINK),
    "network.endpoint.data": Price(0.01, "GB", PRIVATE_LINK),
    "key": Price(1.0, "key", KMS),
    "key.requests": Price(0.03, "x 10,000 requests", KMS),
    "logs.taken": Price(0.50, "GB", CLOUDWATCH),
    "logs.kept": Price(0.03, "GB", CLOUDWATCH),
    "alarm": Price(0.10, "metric", CLOUDWATCH),
    "alarm.fast": Price(0.30, "metric", CLOUDWATCH),
    "alarm.composite": Price(0.50, "alarm", CLOUDWATCH),
    "dashboard": Price(3.0, "dashboard", CLOUDWATCH),
    "pipeline.V1": Price(1.0, "pipeline", PIPELINE),
    "pipeline.V2": Price(0.002, "minutes of actions", PIPELINE),
    "build.BUILD_GENERAL1_SMALL": Price(0.005, "minutes", BUILD),
    "build.BUILD_GENERAL1_MEDIUM": Price(0.01, "minutes", BUILD),
    "build.BUILD_GENERAL1_LARGE": Price(0.02, "minutes", BUILD),
    "images": Price(0.10, "GB", ECR),
    "glue": Price(0.44, "DPU-hours", GLUE),
    "training.volume": Price(0.14, "GB", SAGEMAKER),
    "storage": Price(0.023, "GB", S3),
    "storage.writes": Price(0.005, "x 1,000 requests", S3),
    "storage.reads": Price(0.0004, "x 1,000 requests", S3),
    "function.requests": Price(0.20, "million calls", LAMBDA),
    "function.x86_64": Price(0.0000166667, "GB-seconds", LAMBDA),
    "function.arm64": Price(0.0000133334, "GB-seconds", LAMBDA),
    "schedule": Price(1.0, "million calls", EVENTS),
    "secret": Price(0.40, "secret", SECRETS),
}
"""What a unit costs; all that has no hour or count in its unit is for a month."""
