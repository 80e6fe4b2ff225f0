"""Takes away endpoint configs and SageMaker models that nothing serves and nothing goes back to."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from dags.aws import SERVICE_ERRORS, is_missing, message

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from mypy_boto3_sagemaker.client import SageMakerClient

logger = logging.getLogger(__name__)


def prune(client: SageMakerClient, stem: str, kept_configs: Collection[str]) -> list[str]:
    """Delete a model's other configs and models; return the names of what is gone.

    A thing that can't be found or deleted stays, with a warning: the next run tries again, and a
    deployment that is good does not fail for it.
    """
    try:
        configs, models = _unused(client, stem, kept_configs)
    except SERVICE_ERRORS as error:
        logger.warning("what %s no longer uses stays for now: %s", stem, message(error))
        return []

    def delete_config(name: str) -> None:
        client.delete_endpoint_config(EndpointConfigName=name)

    def delete_model(name: str) -> None:
        client.delete_model(ModelName=name)

    return [*_delete(configs, delete_config), *_delete(models, delete_model)]


def _unused(
    client: SageMakerClient, stem: str, kept_configs: Collection[str]
) -> tuple[list[str], list[str]]:
    """Return the configs that aren't kept, and the models that no kept config serves."""
    kept_models = {model for config in kept_configs for model in _served_by(client, config)}
    configs = [name for name in _configs(client, stem) if name not in kept_configs]
    models = [name for name in _models(client, stem) if name not in kept_models]
    return configs, models


def _delete(names: Iterable[str], delete: Callable[[str], None]) -> list[str]:
    gone: list[str] = []
    for name in names:
        try:
            delete(name)
        except SERVICE_ERRORS as error:
            logger.warning("%s stays for now: %s", name, message(error))
        else:
            gone.append(name)
    return gone


def _served_by(client: SageMakerClient, config: str) -> list[str]:
    try:
        found = client.describe_endpoint_config(EndpointConfigName=config)
    except client.exceptions.ClientError as error:
        if is_missing(error):
            return []
        raise
    return [variant.get("ModelName", "") for variant in found["ProductionVariants"]]


def _configs(client: SageMakerClient, stem: str) -> list[str]:
    pages = client.get_paginator("list_endpoint_configs").paginate(NameContains=stem)
    return _ours(
        stem, (config["EndpointConfigName"] for page in pages for config in page["EndpointConfigs"])
    )


def _models(client: SageMakerClient, stem: str) -> list[str]:
    pages = client.get_paginator("list_models").paginate(NameContains=stem)
    return _ours(stem, (model["ModelName"] for page in pages for model in page["Models"]))


def _ours(stem: str, names: Iterable[str]) -> list[str]:
    """Return the names that this model's runs gave; another model's name may contain ours."""
    pattern = re.compile(rf"{re.escape(stem)}-[0-9a-f]{{12}}")
    return [name for name in names if pattern.fullmatch(name)]
