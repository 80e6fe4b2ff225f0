"""The model in ONNX Runtime: what serving answers with, and what evaluation measures."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from training_image import onnx_names
from training_image.errors import ArtifactError, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from training_image.features import Features
    from training_image.schema import Schema

onnxruntime: Any = import_module("onnxruntime")  # Any: the image's environment alone has it

ERRORS_ONLY = 3
"""ONNX Runtime's severity: its warnings are about graphs, not about requests."""


class Predictor:
    """Predicts rows of features, each call on the caller's thread.

    It neither parses nor validates: it gets features and returns numbers.
    """

    def __init__(self, model: bytes, schema: Schema) -> None:
        """Load a model.

        Raises:
            ArtifactError: ONNX Runtime cannot load it, it takes other inputs than the schema's, or
                it has not the one output of a regression or a classification.
        """
        self._session = _session(model)
        self._run: Callable[[list[str], dict[str, Any]], list[Any]] = self._session.run
        self._inputs = [item.name for item in self._session.get_inputs()]
        self._outputs = [item.name for item in self._session.get_outputs()]
        self._check(schema)

    @property
    def classifies(self) -> bool:
        """Whether the model answers with probabilities."""
        return self._outputs == [onnx_names.PROBABILITIES]

    def predict(self, features: Features) -> NDArray[np.float32]:
        """Return one prediction a row; of a classifier, a row of probabilities each."""
        blocks = {
            onnx_names.NUMERIC: features.numeric,
            onnx_names.CATEGORICAL: features.categorical,
        }
        feed = {name: blocks[name] for name in self._inputs}
        return self._run(self._outputs, feed)[0]

    def _check(self, schema: Schema) -> None:
        if self._outputs not in ([onnx_names.PREDICTION], [onnx_names.PROBABILITIES]):
            raise ArtifactError(
                "the model gives other outputs than serving knows",
                found=shown(self._outputs),
                expected=f"{onnx_names.PREDICTION} or {onnx_names.PROBABILITIES}",
                do="train the model anew",
            )
        widths = {item.name: item.shape[-1] for item in self._session.get_inputs()}
        counts = {
            onnx_names.NUMERIC: schema.width,
            onnx_names.CATEGORICAL: len(schema.categories),
        }
        expected = {name: count for name, count in counts.items() if count}
        if widths != expected:
            raise ArtifactError(
                "the model takes other inputs than its schema has",
                found=shown(widths),
                expected=shown(expected),
                do="train the model anew",
            )


def _session(model: bytes) -> Any:  # noqa: ANN401 - ONNX Runtime's session is untyped
    options = onnxruntime.SessionOptions()
    # One row takes microseconds: a pool of threads costs more than it brings.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = ERRORS_ONLY
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime raises classes of its own, without a common base
        raise ArtifactError(
            "the model cannot be loaded", found=shown(str(error)), do="train the model anew"
        ) from error
