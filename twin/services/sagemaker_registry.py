"""What the twin completes in moto's SageMaker: the registry's refusals, tokens and deletions.

moto takes tags on versioned packages, ignores client tokens, forgets metadata on updates, counts
versions again from the ones that are left, and cannot delete anything of it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker import models
from moto.sagemaker.responses import SageMakerResponse

from twin.services.sagemaker_rules import answer_with, refused, require_image
from twin.timeline import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloud import Cloud

_MotoModelPackage = models.ModelPackage
_moto_create_package = SageMakerResponse.create_model_package
_moto_create_group = SageMakerResponse.create_model_package_group
_moto_update_package = SageMakerResponse.update_model_package


def install(cloud: Cloud) -> None:
    """Complete moto's model registry for this cloud."""
    registry = Registry(cloud)
    models.ModelPackage = registry.package_class()
    answer_with(
        {
            "create_model_package": registry.create_package,
            "create_model_package_group": registry.create_group,
            "delete_model_package": registry.delete_package,
            "delete_model_package_group": registry.delete_group,
            "update_model_package": registry.update_package,
        }
    )


class Registry:
    """The operations on packages and groups that AWS answers differently than moto."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._lock = threading.RLock()
        self._tokens: dict[str, tuple[dict[str, Any], str]] = {}
        self._versions: dict[str, int] = {}

    def package_class(self) -> type[models.ModelPackage]:
        """Return moto's package, numbered as AWS does: a version is never given twice."""
        versions = self._versions

        class TwinModelPackage(_MotoModelPackage):
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                group = kwargs.get("model_package_group_name")
                if group:
                    kwargs["model_package_version"] = versions[group] = versions.get(group, 0) + 1
                super().__init__(*args, **kwargs)

        return TwinModelPackage

    def create_package(self, response: Any) -> ActionResult:
        """Register a version; the same client token gets the version of the first request."""
        parameters = dict(response.params)
        if parameters.get("Tags") and parameters.get("ModelPackageGroupName"):
            raise refused("Tags are not supported for versioned model packages: tag their group.")
        group = parameters.get("ModelPackageGroupName", "")
        if (
            group
            and group.rsplit("/", 1)[-1] not in response.sagemaker_backend.model_package_groups
        ):
            raise refused(f"Model Package Group {group} does not exist.")
        self._check_containers(parameters)
        with self._lock:
            known = self._by_token(parameters)
            if known:
                return ActionResult({"ModelPackageArn": known})
            answer: Any = _moto_create_package(response)
            arn = answer.result["ModelPackageArn"]
            if parameters.get("ClientToken"):
                self._tokens[parameters["ClientToken"]] = (parameters, arn)
        self._record(parameters, arn)
        return answer

    def create_group(self, response: Any) -> ActionResult:
        """Create a group under a name that is free."""
        name = dict(response.params)["ModelPackageGroupName"]
        with self._lock:
            taken = response.sagemaker_backend.model_package_groups.get(name)
            if taken is not None:
                raise refused(f"Model Package Group already exists: {taken.arn}")
            self._versions.pop(name, None)
            return _moto_create_group(response)

    def delete_package(self, response: Any) -> ActionResult:
        """Delete a package; its version is not given again."""
        backend, name = response.sagemaker_backend, response.params["ModelPackageName"]
        with self._lock:
            package = backend.describe_model_package(name)
            del backend.model_packages[package.arn]
            names: dict[str, str] = backend.model_package_name_mapping
            for key in [key for key, arn in names.items() if arn == package.arn]:
                del names[key]
            self._tokens = {
                token: kept for token, kept in self._tokens.items() if kept[1] != package.arn
            }
        return EmptyResult()

    def delete_group(self, response: Any) -> ActionResult:
        """Delete a group that holds no packages."""
        backend, given = response.sagemaker_backend, response.params["ModelPackageGroupName"]
        with self._lock:
            group = backend.describe_model_package_group(given.rsplit("/", 1)[-1])
            name = group.model_package_group_name
            if any(
                package.model_package_group_name == name
                for package in backend.model_packages.values()
            ):
                raise refused(
                    f"Model Package Group {group.arn} cannot be deleted because it still contains "
                    "Model Packages.",
                    code="ConflictException",
                )
            del backend.model_package_groups[name]
        return EmptyResult()

    def update_package(self, response: Any) -> ActionResult:
        """Change what the request names, and keep the rest."""
        parameters = dict(response.params)
        package = response.sagemaker_backend.describe_model_package(parameters["ModelPackageArn"])
        kept = dict(package.customer_metadata_properties or {})
        response.params["CustomerMetadataProperties"] = {
            **kept,
            **(parameters.get("CustomerMetadataProperties") or {}),
        }
        for name, attribute in (
            ("ApprovalDescription", "approval_description"),
            ("ModelApprovalStatus", "model_approval_status"),
        ):
            response.params[name] = parameters.get(name) or getattr(package, attribute)
        return _moto_update_package(response)

    # ---- refusals ---------------------------------------------------------------------------

    def _check_containers(self, parameters: Mapping[str, Any]) -> None:
        specification: dict[str, Any] = parameters.get("InferenceSpecification") or {}
        for container in specification.get("Containers") or ():
            require_image(self._cloud, container["Image"])

    def _by_token(self, parameters: dict[str, Any]) -> str | None:
        token = parameters.get("ClientToken")
        if not token or token not in self._tokens:
            return None
        first, arn = self._tokens[token]
        if first != parameters:
            raise refused(
                f"The client token {token} was used by a request with other parameters.",
                code="ConflictException",
            )
        return arn

    def _record(self, parameters: Mapping[str, Any], arn: str) -> None:
        group = parameters.get("ModelPackageGroupName")
        if not group:
            return
        metadata: dict[str, str] = parameters.get("CustomerMetadataProperties") or {}
        status = parameters.get("ModelApprovalStatus", "PendingManualApproval")
        self._cloud.timeline.record(
            Step.REGISTRY,
            "succeeded",
            run=metadata.get("run-id", ""),
            resource=arn,
            fact=f"{group} version {arn.rsplit('/', 1)[-1]}, {status}",
        )
