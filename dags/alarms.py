"""CloudWatch's alarms on an endpoint, as a deployment needs them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_cloudwatch.client import CloudWatchClient

logger = logging.getLogger(__name__)


def quiet(client: CloudWatchClient, names: Sequence[str]) -> tuple[str, ...]:
    """Return the alarms that are there and not on.

    SageMaker refuses a name that it does not find. One that is on already would take back every
    deployment, also the one that mends what it is on for.
    """
    if not names:
        return ()
    found = client.describe_alarms(AlarmNames=list(names), AlarmTypes=["MetricAlarm"])
    states = {
        alarm.get("AlarmName", ""): alarm.get("StateValue", "")
        for alarm in found.get("MetricAlarms", [])
    }
    for name in names:
        if states.get(name) in (None, "ALARM"):
            logger.warning("%s is %s: not watched", name, states.get(name, "not there"))
    return tuple(name for name in names if states.get(name) not in (None, "ALARM"))
