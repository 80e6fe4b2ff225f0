"""Requests are counted, and told together."""

import json

from training_image.meter import KEPT, Meter


def test_what_happened_is_told_once() -> None:
    meter = Meter()
    for status, seconds in ((200, 0.001), (200, 0.002), (400, 0.003), (500, 0.25)):
        meter.count(status, seconds)

    told = meter.take()

    assert told == {
        "Invocations": 4,
        "Refusals": 1,
        "Errors": 1,
        "LatencyP50": 3.0,
        "LatencyP99": 250.0,
        "LatencyMax": 250.0,
    }
    assert meter.take() == {}


def test_the_longest_counts_even_if_it_was_long_ago() -> None:
    meter = Meter()
    meter.count(200, 9)
    for _ in range(KEPT):
        meter.count(200, 0.001)

    assert meter.take()["LatencyMax"] == 9000


def test_a_namespace_makes_the_line_cloudwatchs() -> None:
    meter = Meter("serving")
    meter.count(200, 0.001)

    told = json.loads(json.dumps(meter.take()))

    (directive,) = told["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "serving"
    assert {metric["Name"] for metric in directive["Metrics"]} == told.keys() - {"_aws"}
