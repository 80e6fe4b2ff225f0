"""Every request body that the DAGs' builders make: for each model file, and its variants."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dags import comparison, hosting, requests
from models.endpoint import STRATEGIES
from models.load import load_model
from models.schema import Model
from tests.unit.dags import builders
from tests.unit.dags.builders import ROOT, plan, stack_settings, trained, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dags.plan import Plan
    from dags.settings import StackSettings


ALARMS = ("mlops-test-endpoint-abalone-5xx", "mlops-test-endpoint-abalone-latency")


@dataclass(frozen=True)
class Body:
    """What an operation of a service is asked."""

    service: str
    operation: str
    body: dict[str, Any]


def bodies() -> dict[str, Body]:
    """Return all of them under a name that says what each is for."""
    return {
        f"{variant}: {operation}": Body(service, operation, body)
        for variant, settings, found in _variants()
        for service, operation, body in _of_plan(found, settings)
    } | {"compared: CreateTrainingJob": Body("sagemaker", "CreateTrainingJob", _comparison())}


def _comparison() -> dict[str, Any]:
    document = builders.model().to_json()
    document["evaluation"]["champion"] = {"not_worse_at": 0.9}
    found = plan(Model.from_json(document))
    done = trained(found)
    theirs = done.archive.replace(done.job, "before")
    return comparison.request(found, stack_settings(), done, theirs)


def _variants() -> Iterator[tuple[str, StackSettings, Plan]]:
    own = stack_settings()
    other = stack_settings(
        training_instance_type="ml.c5.xlarge", endpoint_instance_type="ml.c5.large"
    )
    for file in sorted((ROOT / "models").glob("*.yaml")):
        model = load_model(file)
        spot = replace(model, training=replace(model.training, spot=not model.training.spot))
        yield model.name, own, plan(model)
        yield f"{model.name}, spot or not", own, plan(spot)
        yield f"{model.name}, the stack's instances", other, plan(model, settings=other)
    yield "several training instances", own, plan(builders.wide_model())
    for strategy in STRATEGIES:
        yield f"hosted {strategy}", own, plan(_hosted(strategy))


def _hosted(strategy: str) -> Model:
    """Return a model whose endpoint has every optional section, each wait as long as it can be."""
    return builders.hosted_model(
        scaling={**builders.SCALING, "min_instances": 2},
        deployment={"strategy": strategy, "bake_minutes": 60, "termination_wait_minutes": 60},
        data_capture={"percentage": 20},
    )


def _of_plan(found: Plan, settings: StackSettings) -> Iterator[tuple[str, str, dict[str, Any]]]:
    done = trained(found)
    deployed = (found, settings, done, builders.PACKAGE_ARN)
    run = {"JobName": settings.glue_job, "Arguments": requests.etl_arguments(found, settings)}
    package = requests.package_request(found, settings, done, verdict())
    endpoint: dict[str, Any] = dict(requests.endpoint_request(found, settings))
    yield "glue", "StartJobRun", run
    yield "sagemaker", "CreateTrainingJob", requests.training_request(found, settings)
    yield "sagemaker", "CreateModelPackageGroup", requests.package_group_request(found, settings)
    yield "sagemaker", "CreateModelPackage", package
    yield "sagemaker", "CreateModel", requests.model_request(*deployed)
    yield "sagemaker", "CreateEndpointConfig", requests.endpoint_config_request(*deployed)
    yield "sagemaker", "CreateEndpoint", endpoint
    section = found.model.endpoint
    options = hosting.update_options(section, ALARMS)
    yield "sagemaker", "UpdateEndpoint", {**endpoint, **options}
    if section.scaling:
        name = endpoint["EndpointName"]
        target = hosting.target_request(name, section.scaling)
        yield "application-autoscaling", "RegisterScalableTarget", target
        policy = hosting.policy_request(name, section.scaling)
        yield "application-autoscaling", "PutScalingPolicy", policy
