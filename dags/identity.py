"""What makes two datasets, training jobs, packages and endpoint configs the same one.

An identity is a hash of the content that leads to the thing, never of a file or a time: a comment
retrains nothing, and a reverted push finds everything that it once led to.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dags.document import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any


@dataclass(frozen=True, order=True)
class RawObject:
    """One version of one raw object."""

    key: str
    version_id: str
    size: int


@dataclass(frozen=True)
class Names:
    """What a run leads to, by name."""

    dataset_id: str
    training_job: str
    """Name of the first attempt; later ones carry a suffix."""

    package_key: str
    sagemaker_model: str
    endpoint_config: str


def dataset_id(sources: Iterable[RawObject], etl_tree: str, contract: Mapping[str, Any]) -> str:
    """Return the identity of a dataset: raw object versions, the ETL's code, the contract."""
    pinned = [{"key": source.key, "version_id": source.version_id} for source in sorted(sources)]
    return _digest({"sources": pinned, "etl_tree": etl_tree, "contract": contract})[:16]


def training_key(dataset: str, image_tree: str, training: Mapping[str, Any]) -> str:
    """Return the identity of a trained model: data, training code, training settings."""
    content = {"dataset_id": dataset, "image_tree": image_tree, "training": training}
    return _digest(content)[:12]


def comparison_key(ours: str, theirs: str, question: Mapping[str, Any]) -> str:
    """Return the identity of a comparison: both archives, and what is asked."""
    return _digest({"ours": ours, "theirs": theirs, "question": question})[:11]


def package_key(training: str, evaluation: Mapping[str, Any]) -> str:
    """Return the identity of a model package; it fits SageMaker's ClientToken."""
    return _digest({"training": training, "evaluation": evaluation})[:32]


def endpoint_key(package: str, endpoint: Mapping[str, Any]) -> str:
    """Return the identity of an endpoint config: which package, served by what."""
    return _digest({"package": package, "endpoint": endpoint})[:12]


def names(
    stem: str, dataset: str, image_tree: str, sections: Mapping[str, Mapping[str, Any]]
) -> Names:
    """Return the names of everything that a dataset and a model's sections lead to.

    `stem` is the stack's prefix and the model's name; `sections` are the normalised `training`,
    `evaluation` and `endpoint` sections.
    """
    training = training_key(dataset, image_tree, sections["training"])
    package = package_key(training, sections["evaluation"])
    return Names(
        dataset_id=dataset,
        training_job=f"{stem}-{training}",
        package_key=package,
        sagemaker_model=f"{stem}-{package[:12]}",
        endpoint_config=f"{stem}-{endpoint_key(package, sections['endpoint'])}",
    )


def _digest(content: object) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()
