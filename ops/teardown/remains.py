"""What a teardown leaves, and what `pulumi destroy` then does with it; pure, from the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.stack import BUCKET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.graph import Resource
    from ops.stack import Stack


def next_steps(stack: Stack, ended_jobs: int) -> tuple[str, ...]:
    """Return what a person reads at the end, line by line."""
    return (
        *_jobs(ended_jobs),
        "What the DAGs wrote to S3 (code, datasets, models, evaluations, records) stays with the "
        "buckets.",
        "",
        f"next: pulumi destroy --stack {stack.name}",
        *(f"  {line}" for line in _kept(stack)),
    )


def _jobs(ended: int) -> Iterator[str]:
    if ended:
        yield (
            f"{ended} training jobs that have ended stay on record: SageMaker cannot delete them, "
            "and they cost nothing."
        )


def _kept(stack: Stack) -> Iterator[str]:
    """Say of each resource that destroy does not simply delete, what it does instead."""
    protected = [one for one in stack.graph if one.custom and one.options.protect]
    if protected:
        names = ", ".join(one.name for one in protected)
        yield f"it refuses as long as these are protected: {names}"
        yield "  do: set protect to false in the stack's file, pulumi up, then destroy"
    retained = [one for one in stack.graph if one.custom and one.options.retain_on_delete]
    if retained:
        yield f"it leaves these on purpose: {', '.join(one.name for one in retained)}"
    full = [one for one in stack.graph.of_type(BUCKET) if not _goes_with_its_objects(one)]
    if full:
        yield "it stops at buckets that hold objects, so that no data is lost by a command:"
        yield f"  {', '.join(_bucket_name(stack, one) for one in full)}"
        yield "  do: copy what you want to keep, empty them with all versions (S3 console: Empty)"
    yield "KMS keys are only scheduled for deletion: until then a key can be brought back."


def _goes_with_its_objects(bucket: Resource) -> bool:
    return bool(bucket.inputs.get("forceDestroy")) or bucket.options.retain_on_delete


def _bucket_name(stack: Stack, bucket: Resource) -> str:
    """Return the name without the account, which the evaluated program does not know."""
    name = str(bucket.inputs.get("bucket", bucket.name))
    purpose = name.removeprefix(f"{stack.prefix}-").split("-")[0]
    return f"{stack.prefix}-{purpose}-..."
