"""What a run may be asked for."""

from __future__ import annotations

from typing import Any

import pytest

from dags.conf import Conf, claims, parse_conf
from dags.errors import StepError
from tests.unit.dags.builders import COMMIT, DIGEST


def conf(**changes: object) -> dict[str, Any]:
    return {
        "commit": COMMIT,
        "image_digest": DIGEST,
        "model": "abalone",
        "started_by": "image",
        **changes,
    }


def test_what_the_trigger_sends_after_a_push_is_read() -> None:
    assert parse_conf(conf(), "abalone") == Conf(COMMIT, DIGEST, "image")


def test_what_the_trigger_sends_for_a_raw_object_is_read() -> None:
    sent = conf(started_by="data", raw_key="raw/abalone/new rows.csv", raw_version="v2")

    parsed = parse_conf(sent, "abalone")

    assert parsed == Conf(COMMIT, DIGEST, "data", "raw/abalone/new rows.csv", "v2")


def test_an_empty_conf_asks_for_what_is_current() -> None:
    assert parse_conf({}, "abalone") is None


@pytest.mark.parametrize(
    "change",
    [
        {"commit": "HEAD"},
        {"commit": "a" * 39},
        {"commit": "{{ var.value.secret }}"},
        {"commit": f"{COMMIT}\n"},
        {"image_digest": "latest"},
        {"image_digest": "999999999999.dkr.ecr.us-east-1.amazonaws.com/evil@sha256:1"},
        {"model": "other"},
        {"started_by": "manual"},
        {"raw_key": "raw/other/a.csv"},
        {"raw_key": "raw/abalone/../other/a.csv"},
        {"raw_key": "raw/abalone/.."},
        {"raw_key": "raw/abalone/"},
        {"raw_key": 3},
        {"bucket": "somebody-elses"},
        {"role_arn": "arn:aws:iam::999999999999:role/evil"},
        {"commit": None},
    ],
)
def test_anything_else_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(StepError) as caught:
        parse_conf(conf(**change), "abalone")

    assert next(iter(change)) in str(caught.value)


def test_all_problems_are_reported_together() -> None:
    with pytest.raises(StepError) as caught:
        parse_conf({"bucket": "b"}, "abalone")

    for field in ("commit", "image_digest", "started_by", "model", "bucket"):
        assert f"{field}: " in caught.value.found


def test_a_refused_conf_still_tells_which_push_it_was() -> None:
    told = claims(conf(bucket="b", image_digest="latest", started_by="image"))

    assert told == {"commit": COMMIT, "started_by": "image"}
