"""A stand-in for SageMaker: a few operations, with the refusals that the DAGs rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from tests.unit.dags.answers import Exceptions, Paginator, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

Scripted = list[dict[str, Any]]
"""Answers in their order; the last one stays."""


class FakeSageMaker:
    """Jobs, packages, models, configs and endpoints by name, refusing what SageMaker refuses."""

    exceptions = Exceptions

    def __init__(self) -> None:
        self.jobs: dict[str, Scripted] = {}
        self.groups: dict[str, Any] = {}
        self.packages: dict[str, dict[str, Any]] = {}
        self.models: dict[str, dict[str, Any]] = {}
        self.configs: dict[str, dict[str, Any]] = {}
        self.endpoints: dict[str, Scripted] = {}
        self.after_update: Scripted = []
        self.options: dict[str, Any] = {}
        """What the last update was asked for beside its config."""

        self.calls: list[str] = []
        self.undeletable: set[str] = set()
        self.unlisted: dict[str, Exception] = {}
        """What the operations that look for unused things answer instead."""

    # ---- training jobs

    def create_training_job(self, **request: Any) -> None:
        """Start a job; names are unique for ever."""
        self.calls.append("create_training_job")
        name = request["TrainingJobName"]
        if name in self.jobs:
            raise refusal(f"Job name must be unique: {name}", "ResourceInUse")
        self.jobs[name] = [{"TrainingJobStatus": "InProgress"}]

    def describe_training_job(self, TrainingJobName: str) -> dict[str, Any]:  # noqa: N803
        """Return a job's next state."""
        return _next(self.jobs, TrainingJobName, "Requested resource not found.")

    # ---- registry

    def create_model_package_group(self, **request: Any) -> None:
        """Create a group."""
        self.calls.append("create_model_package_group")
        self.groups[request["ModelPackageGroupName"]] = request

    def describe_model_package_group(self, ModelPackageGroupName: str) -> dict[str, Any]:  # noqa: N803
        """Return a group."""
        return _found(self.groups, ModelPackageGroupName, "ModelPackageGroup x does not exist.")

    def create_model_package(self, **request: Any) -> dict[str, str]:
        """Create the next version."""
        self.calls.append("create_model_package")
        group = request["ModelPackageGroupName"]
        version = len(self.packages) + 1
        arn = f"arn:aws:sagemaker:us-east-1:123456789012:model-package/{group}/{version}"
        self.packages[arn] = {**request, "ModelPackageArn": arn, "ModelPackageStatus": "Completed"}
        return {"ModelPackageArn": arn}

    def describe_model_package(self, ModelPackageName: str) -> dict[str, Any]:  # noqa: N803
        """Return a version, metadata included."""
        return self.packages[ModelPackageName]

    # ---- models and configs

    def create_model(self, **request: Any) -> None:
        """Create a model."""
        _create(self.models, request["ModelName"], request, "Cannot create already existing model")

    def create_endpoint_config(self, **request: Any) -> None:
        """Create a config."""
        message = "Cannot create already existing endpoint configuration"
        _create(self.configs, request["EndpointConfigName"], request, message)

    def describe_endpoint_config(self, EndpointConfigName: str) -> dict[str, Any]:  # noqa: N803
        """Return a config."""
        if error := self.unlisted.get("describe_endpoint_config"):
            raise error
        return _found(self.configs, EndpointConfigName, "Could not find endpoint configuration")

    def delete_model(self, ModelName: str) -> None:  # noqa: N803
        """Delete a model."""
        self._delete(self.models, ModelName)

    def delete_endpoint_config(self, EndpointConfigName: str) -> None:  # noqa: N803
        """Delete a config."""
        self._delete(self.configs, EndpointConfigName)

    def _delete(self, things: dict[str, dict[str, Any]], name: str) -> None:
        if name in self.undeletable:
            raise refusal(f"{name} is in use")
        del things[name]

    # ---- endpoints

    def describe_endpoint(self, EndpointName: str) -> dict[str, Any]:  # noqa: N803
        """Return an endpoint's next state; one without a status is gone."""
        found = _next(self.endpoints, EndpointName, "Could not find endpoint")
        if not found:
            raise refusal("Could not find endpoint")
        return found

    def update_endpoint(self, EndpointName: str, EndpointConfigName: str, **options: Any) -> None:  # noqa: N803
        """Change an endpoint's config."""
        self.calls.append(f"update_endpoint {EndpointConfigName}")
        self.options = options
        if EndpointConfigName not in self.configs:
            raise refusal("Could not find endpoint configuration")
        settled = {"EndpointStatus": "InService", "EndpointConfigName": EndpointConfigName}
        self.endpoints[EndpointName] = list(self.after_update) or [settled]

    def delete_endpoint(self, EndpointName: str) -> None:  # noqa: N803
        """Delete an endpoint, which takes a while."""
        self.calls.append("delete_endpoint")
        if EndpointName in self.undeletable:
            raise refusal(f"{EndpointName} is in use")
        script = _found(self.endpoints, EndpointName, "Could not find endpoint")
        config = script[0].get("EndpointConfigName", "")
        self.endpoints[EndpointName] = [
            {"EndpointStatus": "Deleting", "EndpointConfigName": config},
            {},
        ]

    def get_paginator(self, operation: str) -> Paginator:
        """Return one of the list operations."""
        if error := self.unlisted.get(operation):
            raise error
        return Paginator(
            {
                "list_model_packages": self._list_packages,
                "list_endpoint_configs": self._list_configs,
                "list_models": self._list_models,
            }[operation]
        )

    def _list_packages(self, **_: Any) -> dict[str, Any]:
        """List as SageMaker does: with descriptions, without metadata."""
        shown = ("ModelPackageArn", "ModelPackageDescription", "ModelPackageStatus")
        newest = reversed(list(self.packages.values()))
        return {
            "ModelPackageSummaryList": [
                {key: one[key] for key in shown if key in one} for one in newest
            ]
        }

    def _list_configs(self, NameContains: str) -> dict[str, Any]:  # noqa: N803
        names = [name for name in self.configs if NameContains in name]
        return {"EndpointConfigs": [{"EndpointConfigName": name} for name in names]}

    def _list_models(self, NameContains: str) -> dict[str, Any]:  # noqa: N803
        return {"Models": [{"ModelName": name} for name in self.models if NameContains in name]}


def _found(things: Mapping[str, Any], name: str, message: str) -> Any:
    if name not in things:
        raise refusal(message)
    return things[name]


def _next(things: dict[str, Scripted], name: str, message: str) -> dict[str, Any]:
    script = cast("Scripted", _found(things, name, message))
    return script.pop(0) if len(script) > 1 else script[0]


def _create(things: dict[str, Any], name: str, request: Any, message: str) -> None:
    if name in things:
        raise refusal(f'{message} "{name}"')
    things[name] = request
