"""What the twin takes from the person's shell."""

from __future__ import annotations

import pytest

from twin.errors import TwinError
from twin.settings import SPOT_INTERRUPTION, spot_interruption


@pytest.mark.parametrize("when", ["", "2", "0.5", "checkpoint"])
def test_spot_capacity_is_interrupted_when_the_person_says(
    monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    monkeypatch.setenv(SPOT_INTERRUPTION, when)

    assert spot_interruption() == when


@pytest.mark.parametrize("when", ["soon", "-1", "1e9", "nan"])
def test_another_time_is_refused_with_an_example(
    monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    monkeypatch.setenv(SPOT_INTERRUPTION, when)

    with pytest.raises(TwinError, match="make up SPOT_INTERRUPTION=2"):
        spot_interruption()
