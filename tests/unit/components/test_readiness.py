"""What is handed out depends on all that has to hold before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ops.program import Graph


@pytest.mark.parametrize("user", ["etl-launcher", "dags-object"])
def test_no_object_comes_before_its_bucket_is_encrypted_and_private(
    user: str, stack: Graph
) -> None:
    names = {resource.urn: resource.name for resource in stack}

    resource = stack.named(user)
    bucket = "storage-artifacts" if user == "etl-launcher" else "storage-airflow"
    assert {
        f"{bucket}-versioning",
        f"{bucket}-encryption",
        f"{bucket}-public-access",
        f"{bucket}-policy",
    } <= {names[urn] for urn in resource.dependencies}


def test_before_anything_exists_what_is_not_ready_is_unknown(preview: Graph) -> None:
    bucket = preview.named("etl-launcher").inputs["bucket"]

    assert not isinstance(bucket, str)
