"""The model as an ONNX graph that takes rows as clients have them: numbers and words.

The graph does everything itself, from clipping numbers to probabilities, so that no client and no
server ever does; what is trained is what is served. It is written by hand from what was learnt: a
converter would bring scikit-learn into the image. Several nets are one here: their first layers
stand side by side, and their last ones are added up.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from training_image import onnx_names
from training_image.graph_trees import tree_facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from training_image.inputs import Inputs
    from training_image.learning import Learnt
    from training_image.nets import Nets
    from training_image.objectives import Objective
    from training_image.preparation import Preparation
    from training_image.schema import Column, Schema

onnx: Any = import_module("onnx")  # Any: the image's environment alone has it
helper: Any = onnx.helper
numpy_helper: Any = import_module("onnx.numpy_helper")
FLOAT, STRING = onnx.TensorProto.FLOAT, onnx.TensorProto.STRING

OPSETS: Final[Mapping[str, int]] = {"": 17, "ai.onnx.ml": 3}
IR_VERSION: Final = 9
"""Old enough for every ONNX Runtime of the last years."""

ROWS: Final = "rows"
"""Name of the dimension that a request decides."""


@dataclass
class _Graph:
    """Nodes and constants on their way into a graph."""

    nodes: list[Any] = field(default_factory=list[Any])
    constants: dict[str, Any] = field(default_factory=dict[str, Any])

    def add(
        self,
        kind: str,
        inputs: Sequence[str],
        output: str,
        domain: str = "",
        **facts: Any,  # noqa: ANN401 - a node's attributes are of any kind
    ) -> str:
        self.nodes.append(
            helper.make_node(kind, list(inputs), [output], name=output, domain=domain, **facts)
        )
        return output

    def concatenate(self, blocks: Sequence[str], output: str) -> str:
        """Put blocks of columns side by side; one alone is itself."""
        return blocks[0] if len(blocks) == 1 else self.add("Concat", blocks, output, axis=1)

    def places(self, name: str, values: Sequence[int]) -> str:
        """Add a constant of whole numbers."""
        return self._constant(name, np.array(values, dtype=np.int64))

    def numbers(self, name: str, values: NDArray[Any]) -> str:
        """Add a constant of numbers of 32 bits."""
        return self._constant(name, np.asarray(values, dtype=np.float32))

    def _constant(self, name: str, values: NDArray[Any]) -> str:
        self.constants[name] = numpy_helper.from_array(values, name)
        return name


def render_model(learnt: Learnt) -> bytes:
    """Return the bytes of the ONNX model: the same that was learnt gives the same bytes."""
    schema, objective, inputs = learnt.schema, learnt.objective, learnt.inputs
    graph = _Graph()
    numbers = _prepared(graph, learnt.preparation)
    words = [
        _one_hot(graph, column, place)
        for column, place in zip(schema.categories, learnt.preparation.words, strict=True)
        if column.values
    ]
    sizes = _sizes(graph, inputs, numbers)
    answer = _linked(graph, objective, _trees(graph, learnt, [*numbers, *words], sizes), "trees")
    if learnt.nets is not None:
        columns = _net_columns(graph, inputs, numbers, words, sizes)
        margins = _nets(graph, learnt.nets, inputs, columns)
        answer = _blended(graph, answer, _linked(graph, objective, margins, "nets"), learnt.share)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "model",
            _inputs(learnt.preparation.raw),
            [_output(graph, objective, schema, answer)],
            list(graph.constants.values()),
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


def _output(graph: _Graph, objective: Objective, schema: Schema, answer: str) -> Any:  # noqa: ANN401 - an ONNX value is untyped
    """Name what comes out: a number a row, or the probabilities of its classes."""
    if not objective.classifies:
        graph.add("Reshape", [answer, graph.places("flat", [-1])], onnx_names.PREDICTION)
        return helper.make_tensor_value_info(onnx_names.PREDICTION, FLOAT, [ROWS])
    if objective.link == "softmax":
        graph.add("Identity", [answer], onnx_names.PROBABILITIES)
    else:
        rest = graph.add("Sub", [graph.numbers("one", np.ones(1)), answer], "first_class")
        graph.add("Concat", [rest, answer], onnx_names.PROBABILITIES, axis=1)
    shape = [ROWS, len(schema.classes)]
    return helper.make_tensor_value_info(onnx_names.PROBABILITIES, FLOAT, shape)


def _prepared(graph: _Graph, preparation: Preparation) -> list[str]:
    """Add the block of numbers that is learnt from: what is left and what is derived; or none."""
    if not preparation.changes:
        return [onnx_names.NUMERIC] if preparation.schema.numbers else []
    blocks = [_gathered(graph, "kept", preparation.numbers)] if preparation.numbers else []
    for kind, places in preparation.derived.items():
        sides = enumerate(zip(*places, strict=True))
        parts = [_gathered(graph, f"{kind}_{side}", columns) for side, columns in sides]
        found = _derived(graph, kind, parts)
        endless = graph.add("IsInf", [found], f"{kind}_endless")
        missing = graph.numbers(f"{kind}_missing", np.array([np.nan]))
        blocks.append(graph.add("Where", [endless, missing, found], f"{kind}_derived"))
    return [graph.concatenate(blocks, "prepared")] if blocks else []


_OPERATIONS: Final = {"ratio": "Div", "difference": "Sub", "product": "Mul"}


def _derived(graph: _Graph, kind: str, parts: Sequence[str]) -> str:
    if kind != "log":
        return graph.add(_OPERATIONS[kind], parts, f"{kind}_found")
    return _log(graph, parts[0], "log")


def _log(graph: _Graph, values: str, name: str) -> str:
    """Add logarithms as NumPy has them: those of 32 bits differ from library to library."""
    precise = graph.add("Cast", [values], f"{name}_precise", to=onnx.TensorProto.DOUBLE)
    return graph.add(
        "Cast", [graph.add("Log", [precise], f"{name}_found")], name + "_rounded", to=FLOAT
    )


def _gathered(graph: _Graph, name: str, columns: Sequence[int]) -> str:
    places = graph.places(f"{name}_columns", columns)
    return graph.add("Gather", [onnx_names.NUMERIC, places], f"{name}_numbers", axis=1)


def _one_hot(graph: _Graph, column: Column, index: int) -> str:
    """Add one column for each category of a feature; a missing category is zero in all of them."""
    place = graph.places(f"category_{index}_place", [index])
    words = graph.add("Gather", [onnx_names.CATEGORICAL, place], f"category_{index}_words", axis=1)
    cube = graph.add(
        "OneHotEncoder",
        [words],
        f"category_{index}_cube",
        "ai.onnx.ml",
        cats_strings=[value.encode() for value in column.values],
        zeros=1,
    )
    shape = graph.places(f"category_{index}_shape", [-1, len(column.values)])
    return graph.add("Reshape", [cube, shape], f"category_{index}_one_hot")


def _sizes(graph: _Graph, inputs: Inputs, numbers: Sequence[str]) -> str | None:
    """Add the sizes, clipped."""
    if not inputs.sizes:
        return None
    sizes = list(inputs.sizes)
    lowest = np.maximum(inputs.low[sizes], inputs.floor)
    found = graph.add("Gather", [*numbers, graph.places("sizes", sizes)], "sizes_raw", axis=1)
    return _clipped(graph, found, lowest, inputs.high[sizes], "sizes")


def _clipped(
    graph: _Graph, values: str, low: NDArray[np.float32], high: NDArray[np.float32], name: str
) -> str:
    below = graph.add("Min", [values, graph.numbers(f"{name}_high", high)], f"{name}_below")
    return graph.add("Max", [below, graph.numbers(f"{name}_low", low)], f"{name}_clipped")


def _trees(graph: _Graph, learnt: Learnt, columns: Sequence[str], sizes: str | None) -> str:
    """Add the trees. They need no clipping: what is beyond goes where what is clipped goes.

    That holds for cuts within the range; `_within` makes it hold for those that only tell what is
    there from what is missing.
    """
    blocks = [*columns]
    if sizes and learnt.inputs.ratios:
        pairs = [
            graph.add(
                "Gather", [sizes, graph.places(f"pair_{side}", places)], f"size_{side}", axis=1
            )
            for side, places in enumerate(zip(*learnt.inputs.ratios, strict=True))
        ]
        blocks.append(graph.add("Div", pairs, "ratios"))
    together = graph.concatenate(blocks, "tree_columns")
    described = [json.loads(bytes(one.save_raw("json")))["learner"] for one in learnt.trees]
    hot = sum(len(column.values) for column in learnt.schema.categories)
    facts = tree_facts(described, learnt.objective, learnt.inputs.bounds(hot))
    return graph.add("TreeEnsembleRegressor", [together], "tree_margins", "ai.onnx.ml", **facts)


def _net_columns(
    graph: _Graph,
    inputs: Inputs,
    numbers: Sequence[str],
    words: Sequence[str],
    sizes: str | None,
) -> str:
    """Add the columns of nets less their means.

    Folded into the first layer, means that are large beside what they vary would leave rounding.
    """
    blocks: list[str] = []
    if numbers:
        blocks.append(_clipped(graph, numbers[0], inputs.low, inputs.high, "numbers"))
    blocks += [_log(graph, sizes, "logs")] if sizes else []
    if inputs.gaps:
        places = graph.places("gap_places", inputs.gaps)
        found = graph.add("Gather", [*numbers, places], "gap_numbers", axis=1)
        gaps = graph.add("IsNaN", [found], "gap_flags")
        blocks.append(graph.add("Cast", [gaps], "gaps", to=FLOAT))
    columns = graph.concatenate([*blocks, *words], "net_columns")
    missing = graph.add("IsNaN", [columns], "net_missing")
    mean = graph.numbers("net_mean", inputs.mean)
    known = graph.add("Where", [missing, mean, columns], "net_known")
    return graph.add("Sub", [known, mean], "net_rows")


def _nets(graph: _Graph, nets: Nets, inputs: Inputs, columns: str) -> str:
    """Add all nets as one: deviations are part of the first layer, averaging of the last."""
    first, second, last = nets.weights
    count, _, width = first.shape
    scaled = first / inputs.deviation[None, :, None]
    offset = nets.offsets[0][:, 0]
    beside = np.swapaxes(scaled, 0, 1).reshape(first.shape[1], count * width)
    margin = nets.offsets[2].mean(axis=0) * np.float32(nets.scale) + np.float32(nets.center)
    hidden = graph.add(
        "Gemm",
        [columns, graph.numbers("w1", beside), graph.numbers("b1", offset.reshape(-1))],
        "net_1_sum",
    )
    hidden = graph.add("Relu", [hidden], "net_1")
    shape = graph.places("net_shape", [-1, count, width])
    hidden = graph.add("Reshape", [hidden, shape], "net_1_cube")
    hidden = graph.add("Transpose", [hidden], "net_1_nets", perm=[1, 0, 2])
    hidden = graph.add("MatMul", [hidden, graph.numbers("w2", second)], "net_2_product")
    hidden = graph.add("Add", [hidden, graph.numbers("b2", nets.offsets[1])], "net_2_sum")
    hidden = graph.add("Relu", [hidden], "net_2")
    weighed = last * np.float32(nets.scale / count)
    product = graph.add("MatMul", [hidden, graph.numbers("w3", weighed)], "net_3_product")
    total = graph.add("ReduceSum", [product, graph.places("net_axis", [0])], "net_3", keepdims=0)
    return graph.add("Add", [total, graph.numbers("b3", margin)], "net_margins")


_LINKS: Final = {"exp": "Exp", "sigmoid": "Sigmoid"}


def _linked(graph: _Graph, objective: Objective, margins: str, name: str) -> str:
    if objective.link == "identity":
        return margins
    if objective.link == "softmax":
        return graph.add("Softmax", [margins], f"{name}_linked", axis=1)
    return graph.add(_LINKS[objective.link], [margins], f"{name}_linked")


def _blended(graph: _Graph, trees: str, nets: str, share: float) -> str:
    parts = [
        graph.add("Mul", [part, graph.numbers(f"{name}_share", np.array([weight]))], f"{name}_part")
        for part, name, weight in ((trees, "trees", 1 - share), (nets, "nets", share))
    ]
    return graph.add("Add", parts, "answer")
