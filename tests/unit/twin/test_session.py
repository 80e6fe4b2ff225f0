"""What a start refuses before anything waits for it."""

from __future__ import annotations

import pytest

from twin.errors import TwinError
from twin.session import require_own_repository


def test_a_stack_with_its_repository_elsewhere_is_refused() -> None:
    outputs = {"connection_arn": "arn:aws:codeconnections:us-east-1:1:connection/c0"}

    with pytest.raises(TwinError, match="through a connection") as caught:
        require_own_repository(outputs)

    assert "mlops:source" in caught.value.do


def test_a_stack_with_a_repository_of_its_own_is_taken() -> None:
    require_own_repository({"repository_clone_url": "https://git.test/v1/repos/mlops"})
