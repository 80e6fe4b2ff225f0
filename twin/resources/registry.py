"""Every type and every data source that the twin knows, gathered from the services' modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin.resources import (
    budgets,
    cloudwatch,
    codebuild,
    codecommit,
    codeconnections,
    codepipeline,
    ecr,
    events,
    flow_logs,
    glue,
    iam,
    kms,
    lambda_,
    logs,
    lookups,
    mwaa,
    network,
    routes,
    s3,
    s3_settings,
    security_groups,
    sns,
    sqs,
    ssm,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.resources.resource import Look, ResourceType

TYPES: Mapping[str, ResourceType] = {
    known.token: known
    for table in (
        budgets.TYPES,
        cloudwatch.TYPES,
        codebuild.TYPES,
        codecommit.TYPES,
        codeconnections.TYPES,
        codepipeline.TYPES,
        ecr.TYPES,
        events.TYPES,
        flow_logs.TYPES,
        glue.TYPES,
        iam.TYPES,
        kms.TYPES,
        lambda_.TYPES,
        logs.TYPES,
        mwaa.TYPES,
        network.TYPES,
        routes.TYPES,
        s3.TYPES,
        s3_settings.TYPES,
        security_groups.TYPES,
        sns.TYPES,
        sqs.TYPES,
        ssm.TYPES,
    )
    for known in table
}
"""Resource types by token."""

LOOKUPS: Mapping[str, Look] = lookups.LOOKUPS
"""Data sources by token."""
