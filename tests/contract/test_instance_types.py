"""What the DAGs know of instance types is what the twin, which stands for AWS, refuses by."""

from __future__ import annotations

from typing import Any, cast

import botocore.session
import pytest

from dags import instances
from models.endpoint import INSTANCE_TYPE
from twin.services import sagemaker_rules


def names(shape: str) -> list[str]:
    model: Any = botocore.session.get_session().get_service_model("sagemaker")
    return cast("list[str]", model.shape_for(shape).enum)


@pytest.mark.parametrize("shape", ["TrainingInstanceType", "ProductionVariantInstanceType"])
def test_both_know_the_same_types_with_local_disks(shape: str) -> None:
    known = names(shape)

    ours = {name for name in known if instances.LOCAL_DISKS.fullmatch(name)}
    theirs = {name for name in known if sagemaker_rules.LOCAL_DISKS.fullmatch(name)}

    assert len(known) > 100
    assert ours == theirs


@pytest.mark.parametrize("shape", ["TrainingInstanceType", "ProductionVariantInstanceType"])
def test_every_type_of_sagemaker_s_may_be_asked_for(shape: str) -> None:
    assert [name for name in names(shape) if not INSTANCE_TYPE.fullmatch(name)] == []
