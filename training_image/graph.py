"""Trees as an ONNX graph that takes rows as clients have them: numbers and words.

The graph encodes categories itself, so that no client and no server ever does; what is trained is
what is served. It is written by hand from the booster's own description: a converter would bring
scikit-learn into the image.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from training_image import onnx_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from training_image.schema import Schema

onnx: Any = import_module("onnx")  # Any: the image's environment alone has it
helper: Any = onnx.helper
FLOAT, STRING, INT64 = onnx.TensorProto.FLOAT, onnx.TensorProto.STRING, onnx.TensorProto.INT64

OPSETS: Final[Mapping[str, int]] = {"": 17, "ai.onnx.ml": 3}
IR_VERSION: Final = 9
"""Old enough for every ONNX Runtime of the last years."""

ROWS: Final = "rows"
"""Name of the dimension that a request decides."""


@dataclass
class _Graph:
    """Nodes and constants on their way into a graph."""

    nodes: list[Any] = field(default_factory=list[Any])
    constants: list[Any] = field(default_factory=list[Any])

    def add(self, kind: str, inputs: list[str], output: str, domain: str = "", **facts: Any) -> str:  # noqa: ANN401 - a node's attributes are of any kind
        self.nodes.append(
            helper.make_node(kind, inputs, [output], name=output, domain=domain, **facts)
        )
        return output

    def constant(self, name: str, values: list[int]) -> str:
        self.constants.append(helper.make_tensor(name, INT64, [len(values)], values))
        return name


def render_model(booster: Any, schema: Schema) -> bytes:  # noqa: ANN401 - XGBoost's booster is untyped
    """Return the bytes of the ONNX model: the same booster and schema give the same bytes."""
    graph = _Graph()
    blocks = [onnx_names.NUMERIC] if schema.numbers else []
    blocks += [_one_hot(graph, schema, index) for index in range(len(schema.categories))]
    features = graph.add("Concat", blocks, "features", axis=1)
    trees = _ensemble(json.loads(bytes(booster.save_raw("json")))["learner"])
    column = graph.add("TreeEnsembleRegressor", [features], "trees", "ai.onnx.ml", **trees)
    graph.add("Reshape", [column, graph.constant("flat", [-1])], onnx_names.PREDICTION)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "model",
            _inputs(schema),
            [helper.make_tensor_value_info(onnx_names.PREDICTION, FLOAT, [ROWS])],
            graph.constants,
        ),
        producer_name="training_image",
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid(*opset) for opset in OPSETS.items()],
    )
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def _inputs(schema: Schema) -> list[Any]:
    blocks = (
        (onnx_names.NUMERIC, FLOAT, schema.width),
        (onnx_names.CATEGORICAL, STRING, len(schema.categories)),
    )
    return [
        helper.make_tensor_value_info(name, kind, [ROWS, width])
        for name, kind, width in blocks
        if width
    ]


def _one_hot(graph: _Graph, schema: Schema, index: int) -> str:
    """Add one column for each category of a feature; a missing category is zero in all of them."""
    column = schema.categories[index]
    place = graph.constant(f"{column.name}_place", [index])
    words = graph.add("Gather", [onnx_names.CATEGORICAL, place], f"{column.name}_words", axis=1)
    cube = graph.add(
        "OneHotEncoder",
        [words],
        f"{column.name}_cube",
        "ai.onnx.ml",
        cats_strings=[value.encode() for value in column.values],
        zeros=1,
    )
    shape = graph.constant(f"{column.name}_shape", [-1, len(column.values)])
    return graph.add("Reshape", [cube, shape], f"{column.name}_one_hot")


def _ensemble(learner: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a TreeEnsembleRegressor for a booster's description.

    XGBoost goes left if the value is less than the condition; a leaf's condition is its weight.
    """
    trees = learner["gradient_booster"]["model"]["trees"]
    nodes = [node for index, tree in enumerate(trees) for node in _nodes(index, tree)]
    leaves = [node for node in nodes if node["nodes_modes"] == "LEAF"]
    names = ("nodes_treeids", "nodes_nodeids", *_BRANCH_FACTS)
    return {
        **{name: [node[name] for node in nodes] for name in names},
        "target_treeids": [leaf["nodes_treeids"] for leaf in leaves],
        "target_nodeids": [leaf["nodes_nodeids"] for leaf in leaves],
        "target_ids": [0] * len(leaves),
        "target_weights": [leaf["weight"] for leaf in leaves],
        "n_targets": 1,
        "aggregate_function": "SUM",
        "post_transform": "NONE",
        "base_values": [_base_score(learner)],
    }


_BRANCH_FACTS: Final = (
    "nodes_modes",
    "nodes_featureids",
    "nodes_values",
    "nodes_truenodeids",
    "nodes_falsenodeids",
    "nodes_missing_value_tracks_true",
)


def _nodes(index: int, tree: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "nodes_treeids": index,
            "nodes_nodeids": node,
            "weight": condition,
            **dict(zip(_BRANCH_FACTS, _branch(tree, node, left), strict=True)),
        }
        for node, (left, condition) in enumerate(
            zip(tree["left_children"], tree["split_conditions"], strict=True)
        )
    ]


def _branch(tree: Mapping[str, Any], node: int, left: int) -> tuple[Any, ...]:
    """Return what `_BRANCH_FACTS` names, for one node."""
    if left < 0:
        return "LEAF", 0, 0.0, 0, 0, 0
    return (
        "BRANCH_LT",
        tree["split_indices"][node],
        tree["split_conditions"][node],
        left,
        tree["right_children"][node],
        int(tree["default_left"][node]),
    )


def _base_score(learner: Mapping[str, Any]) -> float:
    """Return the value that trees are added to; newer descriptions have it as a list of one."""
    return float(learner["learner_model_param"]["base_score"].strip("[]"))
