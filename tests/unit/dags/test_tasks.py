"""The Python tasks: what goes in, what they leave for later tasks, where the run goes on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from dags import requests
from dags.endpoints import Endpoint
from dags.outcome import STEPS
from dags.records import Deployed
from dags.scaling import ensure
from dags.tasks import previous_config
from models.endpoint import Scaling
from tests.unit.dags import builders
from tests.unit.dags.builders import (
    COMMIT,
    PACKAGE_ARN,
    RESOURCE,
    RUN_ID,
    plan,
    trained,
)
from tests.unit.dags.fakes import FakeDagRun, FakeTaskInstance
from tests.unit.dags.steps import BOUNDS, BUCKET, CONFIG, ENDPOINT, EVALUATION, instance, steps

if TYPE_CHECKING:
    from tests.unit.dags.fakes import FakeClients

RECORD = f"runs/abalone/{RUN_ID}.json"


def keep_archive(clients: FakeClients, content: bytes) -> None:
    key = trained().archive.removeprefix(f"s3://{BUCKET}/")
    clients.s3.objects[BUCKET, key] = content


# ---- resolve


def test_resolve_goes_on_with_the_etl_and_leaves_what_it_planned(pushed: FakeClients) -> None:
    ti = instance("resolve")

    following = steps(pushed).resolve(ti, FakeDagRun())

    assert following == "etl"
    assert ti.kept["resolve", "pinned"]["commit"] == COMMIT
    assert ti.kept["resolve", "plan"]["names"]["endpoint_config"] == CONFIG
    assert ti.kept["resolve", "etl_arguments"]["--commit"] == COMMIT
    assert ti.kept["resolve", "training_request"]["TrainingJobName"] == trained().job
    assert ti.kept["resolve", "endpoint_request"]["EndpointName"] == ENDPOINT


def test_resolve_passes_over_the_etl_where_the_dataset_exists(pushed: FakeClients) -> None:
    pushed.s3.put(f"datasets/abalone/{plan().names.dataset_id}/manifest.json", {})

    assert steps(pushed).resolve(instance("resolve"), FakeDagRun()) == "training"


def test_resolve_ends_a_run_that_has_nothing_to_do(pushed: FakeClients) -> None:
    pushed.s3.versions.clear()
    ti = instance("resolve")

    assert steps(pushed).resolve(ti, FakeDagRun()) == "outcome"
    assert ti.kept["resolve", "ending"]["outcome"] == "waiting"
    assert ("resolve", "plan") not in ti.kept


def test_resolve_leaves_what_is_deployed_when_nothing_changed(pushed: FakeClients) -> None:
    pushed.s3.put("endpoints/abalone.json", builders.deployed())
    state = {"EndpointStatus": "InService", "EndpointConfigName": CONFIG}
    pushed.sagemaker.endpoints[ENDPOINT] = [state]
    ti = instance("resolve")

    assert steps(pushed).resolve(ti, FakeDagRun()) == "outcome"
    assert ti.kept["resolve", "deployed"]["model_package_arn"] == PACKAGE_ARN


@pytest.mark.parametrize(("most", "following"), [(4, "outcome"), (9, "scaling")])
def test_resolve_goes_on_with_other_bounds_of_what_is_deployed(
    pushed: FakeClients, most: int, following: str
) -> None:
    hosted = builders.hosted_model(scaling={**builders.SCALING, "min_instances": 2})
    config = plan(hosted).names.endpoint_config
    pushed.s3.put(f"code/{COMMIT}/models/abalone.json", hosted.to_json())
    pushed.s3.put("endpoints/abalone.json", builders.deployed(endpoint_config=config))
    state = {"EndpointStatus": "InService", "EndpointConfigName": config}
    pushed.sagemaker.endpoints[ENDPOINT] = [state]
    ensure(pushed.typed.autoscaling, ENDPOINT, Scaling(2, most, 6000, 300, 60))

    assert steps(pushed).resolve(instance("resolve"), FakeDagRun()) == following


def test_resolve_refuses_a_bad_conf_before_it_asks_anybody(clients: FakeClients) -> None:
    with pytest.raises(AirflowFailException, match="bucket: unknown field"):
        steps(clients).resolve(instance("resolve"), FakeDagRun({"bucket": "mine"}))


# ---- gate


def test_gate_keeps_the_evaluation_and_goes_on(clients: FakeClients) -> None:
    keep_archive(clients, builders.archive())
    ti = instance("gate")

    following = steps(clients).gate(plan().to_json(), trained().to_json(), {}, ti)

    assert following == "package"
    assert clients.s3.read(EVALUATION) == builders.evaluation()
    assert ti.kept["gate", "verdict"]["accepted"]


def test_gate_keeps_the_evaluation_of_a_rejected_model_too(clients: FakeClients) -> None:
    worse = json.dumps(builders.evaluation(rmse=3.5)).encode()
    keep_archive(clients, builders.archive(evaluation_json=worse))
    ti = instance("gate")

    following = steps(clients).gate(plan().to_json(), trained().to_json(), {}, ti)

    assert following == "outcome"
    assert ti.kept["gate", "ending"]["outcome"] == "rejected"
    assert "not better than constant" in ti.kept["gate", "ending"]["reason"]
    assert clients.s3.read(EVALUATION)["metrics"]["rmse"]["value"] == 3.5


def test_gate_rejects_a_metric_that_json_lacks(clients: FakeClients) -> None:
    worse = json.dumps(builders.evaluation(rmse=float("nan"))).encode()
    keep_archive(clients, builders.archive(evaluation_json=worse))
    ti = instance("gate")

    assert steps(clients).gate(plan().to_json(), trained().to_json(), {}, ti) == "outcome"
    assert ti.kept["gate", "verdict"]["value"] is None


def test_gate_keeps_the_comparison_beside_the_evaluation(clients: FakeClients) -> None:
    keep_archive(clients, builders.archive())
    found = {"rows": 15, "incomparable": "another target"}
    packed = builders.packed({"comparison.json": json.dumps(found).encode()})
    clients.s3.objects[BUCKET, "models/abalone/c/output/model.tar.gz"] = packed
    compared = {"job": "c", "archive": f"s3://{BUCKET}/models/abalone/c/output/model.tar.gz"}

    steps(clients).gate(plan().to_json(), trained().to_json(), compared, instance("gate"))

    assert clients.s3.read(EVALUATION.replace(".json", "-comparison.json")) == found


def test_gate_refuses_a_corrupt_archive(clients: FakeClients) -> None:
    keep_archive(clients, builders.archive()[:-20])

    with pytest.raises(AirflowFailException, match=r"gate: s3://.*a damaged archive"):
        steps(clients).gate(plan().to_json(), trained().to_json(), {}, instance("gate"))

    assert (BUCKET, EVALUATION) not in clients.s3.objects


# ---- package, endpoint config


def test_package_returns_the_arn(clients: FakeClients) -> None:
    arn = steps(clients).package(
        plan().to_json(), trained().to_json(), builders.verdict().to_json()
    )

    assert arn == PACKAGE_ARN


def configured(clients: FakeClients, ti: FakeTaskInstance) -> str:
    documents = (plan().to_json(), trained().to_json())
    return steps(clients).endpoint_config(*documents, PACKAGE_ARN, ti)


def test_endpoint_config_makes_model_and_config(clients: FakeClients) -> None:
    ti = instance("endpoint_config")

    assert configured(clients, ti) == "endpoint"
    assert CONFIG in clients.sagemaker.configs
    assert plan().names.sagemaker_model in clients.sagemaker.models
    assert ti.kept["endpoint_config", "previous_endpoint_config"] == ""


def test_endpoint_config_remembers_what_is_served(clients: FakeClients) -> None:
    state = {"EndpointStatus": "InService", "EndpointConfigName": "before"}
    clients.sagemaker.endpoints[ENDPOINT] = [state]
    ti = instance("endpoint_config")

    configured(clients, ti)

    assert ti.kept["endpoint_config", "previous_endpoint_config"] == "before"


def test_endpoint_config_makes_way_for_something_newer(clients: FakeClients) -> None:
    clients.s3.put("endpoints/abalone.json", builders.deployed(number=13))
    ti = instance("endpoint_config")

    assert configured(clients, ti) == "outcome"
    assert ti.kept["endpoint_config", "ending"]["outcome"] == "superseded"
    assert clients.sagemaker.configs == {}


SERVED = Endpoint("InService", "served", "")
DEPLOYED = Deployed(COMMIT, 1, "run", "deployed", PACKAGE_ARN, "before")


@pytest.mark.parametrize(
    ("endpoint", "deployed", "expected"),
    [
        (None, None, None),
        (SERVED, None, "served"),
        (SERVED, DEPLOYED, "deployed"),
        (SERVED, Deployed(COMMIT, 1, "run", CONFIG, PACKAGE_ARN, "before"), "before"),
        (SERVED, Deployed(COMMIT, 1, "run", CONFIG, PACKAGE_ARN, None), None),
        (Endpoint("InService", CONFIG, ""), None, None),
        (Endpoint("InService", CONFIG, ""), DEPLOYED, "deployed"),
        (Endpoint("Failed", "served", ""), None, None),
        (Endpoint("Failed", "served", ""), DEPLOYED, "deployed"),
        (None, Deployed(COMMIT, 1, "run", CONFIG, PACKAGE_ARN, "before"), "before"),
    ],
)
def test_the_config_to_go_back_to_is_the_last_tested_other_one(
    endpoint: Endpoint | None, deployed: Deployed | None, expected: str | None
) -> None:
    assert previous_config(endpoint, deployed, CONFIG) == expected


# ---- scaling, prune


def test_scaling_follows_what_was_deployed(clients: FakeClients) -> None:
    known = plan(builders.hosted_model(scaling=builders.SCALING))
    config = known.names.endpoint_config
    clients.sagemaker.endpoints[ENDPOINT] = [
        {"EndpointStatus": "Updating", "EndpointConfigName": "before"},
        {"EndpointStatus": "InService", "EndpointConfigName": config},
    ]
    ti = instance("scaling")

    steps(clients).scaling(known.to_json(), ti)

    assert clients.autoscaling.targets[RESOURCE]["MaxCapacity"] == 4
    assert "from 1 to 4 instances" in ti.kept["scaling", "scaled"]


def test_scaling_follows_what_went_back(clients: FakeClients) -> None:
    state = {"EndpointStatus": "InService", "EndpointConfigName": "before"}
    clients.sagemaker.endpoints[ENDPOINT] = [state]
    ti = instance("scaling")
    ti.kept["endpoint_config", "scaling"] = BOUNDS

    steps(clients).scaling(plan().to_json(), ti)

    assert clients.autoscaling.targets[RESOURCE]["MaxCapacity"] == 3


def test_a_run_that_planned_nothing_scales_nothing(clients: FakeClients) -> None:
    steps(clients).scaling({}, instance("scaling"))

    assert clients.autoscaling.calls == []


def test_prune_keeps_live_and_previous(clients: FakeClients) -> None:
    old = f"{ENDPOINT}-{'0' * 12}"
    clients.sagemaker.configs.update(
        {name: {"ProductionVariants": []} for name in (CONFIG, "before", old)}
    )

    steps(clients).prune(plan().to_json(), "before")

    assert set(clients.sagemaker.configs) == {CONFIG, "before"}


# ---- outcome


def finished(**changes: Any) -> FakeTaskInstance:
    ti = instance("outcome", **{**dict.fromkeys(STEPS, "success"), **changes})
    known = plan().to_json()
    ti.kept = {
        ("resolve", "pinned"): known["pinned"],
        ("resolve", "plan"): known,
        ("training", "training_job"): trained().job,
        ("gate", "verdict"): builders.verdict().to_json(),
        ("package", "return_value"): PACKAGE_ARN,
        ("endpoint_config", "previous_endpoint_config"): "before",
    }
    return ti


def test_outcome_says_how_the_endpoint_scales_now(clients: FakeClients) -> None:
    ti = finished()
    ti.kept["scaling", "scaled"] = "the endpoint scales from 1 to 4 instances"

    steps(clients).outcome(ti, FakeDagRun())

    assert clients.s3.read(RECORD)["reason"].endswith("; the endpoint scales from 1 to 4 instances")


def test_outcome_records_a_deployment(clients: FakeClients) -> None:
    steps(clients).outcome(finished(), FakeDagRun())

    record = clients.s3.read(RECORD)
    assert record["outcome"] == "deployed"
    assert record["training_job"] == trained().job
    assert record["previous_endpoint_config"] == "before"
    assert record["metric"]["baselines"] == {"constant": 3.2, "linear": 2.3}


def test_outcome_counts_the_rows_of_the_dataset(clients: FakeClients) -> None:
    rows = {"read": 9, "train": 5, "validation": 1, "test": 1, "quarantine": 2}
    clients.s3.put(requests.dataset_key(plan(), "manifest.json"), {"rows": rows})

    steps(clients).outcome(finished(), FakeDagRun())

    assert clients.s3.read(RECORD)["rows"] == rows


def test_rows_that_cannot_be_counted_hinder_no_record(clients: FakeClients) -> None:
    clients.s3.put(requests.dataset_key(plan(), "manifest.json"), {"rows": "many"})

    steps(clients).outcome(finished(), FakeDagRun())

    record = clients.s3.read(RECORD)
    assert (record["outcome"], record["rows"]) == ("deployed", None)


def test_outcome_of_an_unchanged_run_names_what_is_deployed(clients: FakeClients) -> None:
    ti = finished(**{step: "skipped" for step in STEPS if step != "resolve"})
    ti.kept["resolve", "ending"] = {"outcome": "unchanged", "reason": "same"}
    ti.kept["resolve", "deployed"] = builders.deployed()

    steps(clients).outcome(ti, FakeDagRun())

    record = clients.s3.read(RECORD)
    assert (record["outcome"], record["model_package_arn"]) == ("unchanged", PACKAGE_ARN)
    assert record["training_job"] is None


def test_outcome_of_a_failed_run_is_recorded_and_fails(clients: FakeClients) -> None:
    ti = finished(gate="failed", package="upstream_failed", smoke_test="upstream_failed")
    ti.kept["gate", "cause"] = {"text": "gate: it broke", "attempt": 1}

    with pytest.raises(AirflowFailException, match="the step gate failed: gate: it broke"):
        steps(clients).outcome(ti, FakeDagRun())

    record = clients.s3.read(RECORD)
    assert (record["outcome"], record["step"]) == ("failed", "gate")
    assert record["cause"] == "gate: it broke"


def test_outcome_of_a_run_that_pinned_nothing_names_the_push_it_was_for(
    clients: FakeClients,
) -> None:
    ti = instance("outcome", resolve="failed")

    with pytest.raises(AirflowFailException):
        steps(clients).outcome(ti, FakeDagRun({"commit": COMMIT, "started_by": "image"}))

    record = clients.s3.read(RECORD)
    assert (record["commit"], record["started_by"]) == (COMMIT, "image")
