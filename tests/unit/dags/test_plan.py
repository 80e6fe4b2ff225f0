"""The plan as it travels between tasks."""

from __future__ import annotations

import json

from dags.plan import Plan
from tests.unit.dags.builders import plan


def test_a_plan_survives_the_way_through_json() -> None:
    travelled = json.loads(json.dumps(plan().to_json()))

    assert Plan.from_json(travelled) == plan()
