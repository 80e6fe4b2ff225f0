"""A volume is encrypted with our key wherever the instance type has one that can be."""

from __future__ import annotations

import pytest

from dags.instances import volume_key

KEY = "arn:aws:kms:us-east-1:123456789012:key/k"


@pytest.mark.parametrize("instance_type", ["ml.m5.large", "ml.c7i.xlarge", "ml.p3.2xlarge"])
def test_a_volume_gets_our_key(instance_type: str) -> None:
    assert volume_key(instance_type, KEY, field="VolumeKmsKeyId") == {"VolumeKmsKeyId": KEY}


@pytest.mark.parametrize(
    "instance_type", ["ml.m5d.large", "ml.g4dn.xlarge", "ml.g5.xlarge", "ml.p4d.24xlarge"]
)
def test_disks_of_the_hardware_keep_the_hardwares_key(instance_type: str) -> None:
    assert volume_key(instance_type, KEY, field="KmsKeyId") == {}
