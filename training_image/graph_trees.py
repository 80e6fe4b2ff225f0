"""XGBoost's description of trees as the attributes of ONNX's operator for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from training_image.objectives import Objective

    Floats = NDArray[np.float32]


def tree_facts(
    learners: Sequence[Mapping[str, Any]], objective: Objective, bounds: tuple[Floats, Floats]
) -> dict[str, Any]:
    """Return the attributes of a TreeEnsembleRegressor for the mean of boosters.

    The bounds are those of the columns. XGBoost goes left if the value is less than the condition;
    a leaf's condition is its weight.
    """
    models = [learner["gradient_booster"]["model"] for learner in learners]
    trees = [tree for model in models for tree in model["trees"]]
    margins = [margin for model in models for margin in model["tree_info"]]
    nodes = [
        _within(node, *bounds) for index, tree in enumerate(trees) for node in _nodes(index, tree)
    ]
    leaves = [node for node in nodes if node["nodes_modes"] == "LEAF"]
    names = ("nodes_treeids", "nodes_nodeids", *_BRANCH_FACTS)
    bases = [_base_margins(learner, objective) for learner in learners]
    base = [sum(values) / len(learners) for values in zip(*bases, strict=True)]
    return {
        **{name: [node[name] for node in nodes] for name in names},
        "target_treeids": [leaf["nodes_treeids"] for leaf in leaves],
        "target_nodeids": [leaf["nodes_nodeids"] for leaf in leaves],
        "target_ids": [margins[leaf["nodes_treeids"]] for leaf in leaves],
        "target_weights": [leaf["weight"] / len(learners) for leaf in leaves],
        "n_targets": len(base),
        "aggregate_function": "SUM",
        "post_transform": "NONE",
        "base_values": base,
    }


_BRANCH_FACTS: Final = (
    "nodes_modes",
    "nodes_featureids",
    "nodes_values",
    "nodes_truenodeids",
    "nodes_falsenodeids",
    "nodes_missing_value_tracks_true",
)


def _within(node: dict[str, Any], low: Floats, high: Floats) -> dict[str, Any]:
    """Return a node whose cut, if it lies outside of where a column is clipped, is endless.

    XGBoost tells what is there from what is missing by a cut just beyond the largest value, or
    before the least one: a client's value may lie further out.
    """
    column, cut = node["nodes_featureids"], node["nodes_values"]
    if node["nodes_modes"] == "LEAF":
        return node
    if cut > high[column]:
        return {**node, "nodes_values": float("inf")}
    return {**node, "nodes_values": float("-inf")} if cut <= low[column] else node


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


def _base_margins(learner: Mapping[str, Any], objective: Objective) -> list[float]:
    """Return the margins that trees are added to; descriptions have means where there is a link."""
    text = learner["learner_model_param"]["base_score"]
    values = [float(value) for value in text.strip("[]").split(",")]
    if objective.link == "exp":
        return [float(np.log(value)) for value in values]
    if objective.link == "sigmoid":
        return [float(np.log(value) - np.log1p(-value)) for value in values]
    return values
