"""Which instance types can encrypt their volume with our key. Pure."""

from __future__ import annotations

import re
from typing import Final

LOCAL_DISKS: Final = re.compile(
    r"ml\.([a-z]+[0-9]+[a-z]*d[a-z]*|dl1|g[5-9]e?|gr6|p[5-9][a-z0-9-]*|trn[0-9][a-z]*|i[0-9][a-z]*)"
    r"\.[0-9a-z]+"
)
"""Instance types with NVMe disks of their own: the hardware encrypts them with a key of its own."""


def volume_key(instance_type: str, key_arn: str, *, field: str) -> dict[str, str]:
    """Return the field that names our key; nothing where SageMaker would refuse the request.

    Args:
        instance_type: Such as `ml.m5.large`.
        key_arn: The stack's key for data.
        field: What the request calls it.
    """
    return {} if LOCAL_DISKS.fullmatch(instance_type) else {field: key_arn}
