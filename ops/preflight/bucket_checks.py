"""Checks of the Airflow environment's bucket. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.preflight.check import Check, Fault

if TYPE_CHECKING:
    from ops.preflight.snapshot import Bucket
    from ops.preflight.wanted import Wanted

BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def keeps_versions(wanted: Wanted, bucket: Bucket) -> Fault | None:
    """MWAA refuses a bucket without versions when it reads the first file of it."""
    del wanted
    if bucket.versioning == "Enabled":
        return None
    return Fault(
        found=f"versioning of {bucket.name} is {bucket.versioning or 'off'}",
        expected="Enabled",
        do=f"aws s3api put-bucket-versioning --bucket {bucket.name} "
        "--versioning-configuration Status=Enabled, or pulumi up",
    )


def is_private(wanted: Wanted, bucket: Bucket) -> Fault | None:
    """The bucket's block and the account's count together."""
    del wanted
    missing = [
        block
        for block in BLOCKS
        if not (bucket.public_access_block.get(block) or bucket.account_block.get(block))
    ]
    if not missing:
        return None
    return Fault(
        found=f"{bucket.name} lets through: {', '.join(missing)} is off",
        expected="all four blocks of public access, on the bucket or the account",
        do="pulumi up: storage-airflow-public-access sets them",
    )


def lies_in_the_region(wanted: Wanted, bucket: Bucket) -> Fault | None:
    """MWAA reads from a bucket of its own region alone."""
    if bucket.region == wanted.region:
        return None
    return Fault(
        found=f"{bucket.name} lies in {bucket.region}",
        expected=wanted.region,
        do="correct aws:region in the stack's file; a bucket cannot move",
    )


CHECKS = (
    Check(
        name="bucket-versions",
        says="the Airflow bucket keeps versions",
        parts=("bucket",),
        judge=keeps_versions,
    ),
    Check(
        name="bucket-private",
        says="the Airflow bucket blocks all public access",
        parts=("bucket",),
        judge=is_private,
    ),
    Check(
        name="bucket-region",
        says="the Airflow bucket lies in the environment's region",
        parts=("bucket",),
        judge=lies_in_the_region,
    ),
)
