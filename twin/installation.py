"""Every service that the twin completes, installed into one cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.services import (
    autoscaling,
    codebuild,
    codecommit,
    codeconnections,
    codepipeline,
    ec2,
    ecr,
    events,
    glue,
    iam,
    lambda_,
    logs,
    mwaa,
    offers,
    permissions,
    s3,
    sagemaker_hosting,
    sagemaker_registry,
    sagemaker_training,
    sagemaker_transform,
    sns,
    sts,
)
from twin.settings import spot_interruption

if TYPE_CHECKING:
    from twin.cloud import Cloud
    from twin.repository import Repository
    from twin.services.mwaa_attachment import ServedAirflow


def install_services(cloud: Cloud, airflow: ServedAirflow, repository: Repository) -> None:
    """Complete moto's services; the order is that of the steps they serve."""
    permissions.install(cloud)
    iam.install(cloud)
    sts.install(cloud)
    logs.install(cloud)
    ec2.install(cloud)
    sns.install(cloud)
    s3.install(cloud)
    offers.install(cloud)
    codecommit.install(cloud, repository)
    codeconnections.install(cloud)
    codepipeline.install(cloud)
    codebuild.install(cloud)
    ecr.install(cloud)
    events.install(cloud)
    lambda_.install(cloud)
    mwaa.install(cloud, airflow)
    glue.install(cloud)
    sagemaker_training.install(cloud, interruption=spot_interruption())
    sagemaker_registry.install(cloud)
    sagemaker_hosting.install(cloud)
    sagemaker_transform.install(cloud)
    autoscaling.install(cloud)
