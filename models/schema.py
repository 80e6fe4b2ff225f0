"""What a model is: its data contract, training, evaluation and endpoint, as frozen values.

`Model.from_json` validates plain objects (as YAML or JSON give them) and reports all problems
together; `Model.to_json` gives the normalised form that identities hash and that travels to the
units: every default explicit, numbers without a needless fraction, fields in one order.
The two are each other's inverse. The schema knows no file system and no YAML.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from models.columns import DATES, NUMBERS, Column, read_columns
from models.dates import features_of
from models.endpoint import Endpoint, read_endpoint, read_instance_type
from models.errors import ModelFileError
from models.fields import Fields, Problems, closest, number_or_none
from models.formats import OUTPUTS, Format, read_raw_format
from models.split import Split, TimeSplit, read_split

Scalar = str | int | float | bool
"""What a hyperparameter may be."""

ALGORITHMS: Final = ("xgboost",)
OBJECTIVES: Final = ("squared_error",)
METRICS: Final = ("rmse", "mae")
BASELINES: Final = ("mean", "linear")

_NAME: Final = re.compile(r"[a-z]([a-z0-9-]{0,28}[a-z0-9])?")
_HYPERPARAMETER: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_RESERVED_HYPERPARAMETERS: Final = ("algorithm", "objective")
_MOST_ROWS: Final = 10**9

USUAL_QUARANTINE: Final = 0.05
USUAL_TEST_ROWS: Final = 100
"""What holds if a model file says nothing else."""


@dataclass(frozen=True)
class Data:
    """The data contract: what a raw file must hold and how it is divided."""

    format: Format
    columns: tuple[Column, ...]
    target: str
    split: Split | TimeSplit
    max_quarantine: float
    """Share of rows (0 to 1) that may be quarantined before the run fails."""

    min_test_rows: int
    """How many rows the test split needs at least: the gate judges by them."""

    output: Literal["csv", "parquet"]
    """How datasets are written."""

    def to_json(self) -> dict[str, Any]:
        """The contract as the ETL gets it and as identities hash it."""
        return {
            "format": self.format.to_json(),
            "columns": [column.to_json() for column in self.columns],
            "target": self.target,
            "split": self.split.to_json(),
            "max_quarantine": self.max_quarantine,
            "min_test_rows": self.min_test_rows,
            "output": self.output,
        }


@dataclass(frozen=True)
class Training:
    """How the model is trained, and on what."""

    algorithm: str
    objective: str
    hyperparameters: Mapping[str, Scalar]
    """Passed on as they are; the algorithm checks them."""

    instance_type: str
    instance_count: int
    volume_gb: int
    max_runtime_minutes: int
    spot: bool

    def to_json(self) -> dict[str, Any]:
        """The section as identities hash it."""
        ordered = {name: self.hyperparameters[name] for name in sorted(self.hyperparameters)}
        return {**vars(self), "hyperparameters": ordered}


@dataclass(frozen=True)
class Evaluation:
    """What a model has to reach before it is deployed."""

    metric: str
    limit: float
    """Largest value of the metric that passes: all metrics here are errors, smaller is better."""

    baselines: tuple[str, ...]
    """Simple models that it has to beat on the same metric."""

    def to_json(self) -> dict[str, Any]:
        """The section as identities hash it."""
        return {**vars(self), "baselines": list(self.baselines)}


@dataclass(frozen=True)
class Model:
    """Everything that this project knows about one model."""

    name: str
    description: str
    data: Data
    training: Training
    evaluation: Evaluation
    endpoint: Endpoint

    def to_json(self) -> dict[str, Any]:
        """Normalised and made of plain JSON types; equal models give equal documents."""
        return {
            "name": self.name,
            "description": self.description,
            "data": self.data.to_json(),
            "training": self.training.to_json(),
            "evaluation": self.evaluation.to_json(),
            "endpoint": self.endpoint.to_json(),
        }

    @classmethod
    def from_json(cls, document: object, file: str = "model") -> "Model":
        """Validate a document. `file` is what the problems call it.

        Raises:
            ModelFileError: the document breaks the schema; all problems together.
        """
        problems = Problems(file)
        model = _model(Fields(document, "", problems))
        if problems.found:
            raise ModelFileError(problems.found)
        return model


def _model(fields: Fields) -> Model:
    model = Model(
        name=fields.text(
            "name", is_model_name, "small letters, digits and inner hyphens, at most 30"
        ),
        description=fields.text("description", str.isprintable, "one line of text", default=""),
        data=_data(fields.section("data")),
        training=_training(fields.section("training", required=False)),
        evaluation=_evaluation(fields.section("evaluation")),
        endpoint=read_endpoint(fields.section("endpoint", required=False)),
    )
    fields.close()
    return model


def is_model_name(text: str) -> bool:
    """Whether a text can name a model: DAGs, endpoints and jobs are named after it."""
    return _NAME.fullmatch(text) is not None


def _data(fields: Fields) -> Data:
    columns = read_columns(fields)
    columns_sound = fields.sound
    data = Data(
        format=read_raw_format(fields.section("format")),
        columns=columns,
        target=fields.text("target", bool, "the name of a column"),
        split=read_split(fields.section("split", required=False), columns if columns_sound else ()),
        max_quarantine=fields.number(
            "max_quarantine",
            lambda share: 0 <= share <= 1,
            "a share from 0 to 1",
            default=USUAL_QUARANTINE,
        ),
        min_test_rows=fields.whole("min_test_rows", 1, _MOST_ROWS, default=USUAL_TEST_ROWS),
        output=cast("Literal['csv', 'parquet']", fields.choice("output", OUTPUTS, default="csv")),
    )
    if fields.sound:
        _check_target(fields, data)
        _check_dates(fields, data)
    fields.close()
    return data


def _check_target(fields: Fields, data: Data) -> None:
    columns = {column.name: column for column in data.columns}
    target = columns.get(data.target)
    if target is None:
        fields.reject("target", data.target, ", ".join(columns), closest(data.target, [*columns]))
    elif target.kind not in NUMBERS:
        fields.reject("target", data.target, "a numeric or integer column")
    elif target.nullable:
        fields.reject("target", data.target, "a column that is not nullable")


def _check_dates(fields: Fields, data: Data) -> None:
    """A date that no model learns from and no split goes by was probably meant for something."""
    for index, column in enumerate(data.columns):
        if column.kind in DATES and not column.features and column.name != data.split.by:
            allowed = f"some of {', '.join(features_of(column.kind))}; or say kind: text"
            fields.reject(f"columns[{index}].features", [], allowed)


def _training(fields: Fields) -> Training:
    training = Training(
        algorithm=fields.choice("algorithm", ALGORITHMS, default=ALGORITHMS[0]),
        objective=fields.choice("objective", OBJECTIVES, default=OBJECTIVES[0]),
        hyperparameters=_hyperparameters(fields),
        instance_type=read_instance_type(fields),
        # The algorithm trains on one machine; a second one would only train the same model again.
        instance_count=fields.whole("instance_count", 1, 1, default=1),
        volume_gb=fields.whole("volume_gb", 1, 16384, default=10),
        max_runtime_minutes=fields.whole("max_runtime_minutes", 1, 28 * 24 * 60, default=60),
        spot=fields.flag("spot", default=False),
    )
    fields.close()
    return training


def _hyperparameters(fields: Fields) -> dict[str, Scalar]:
    read: dict[str, Scalar] = {}
    for name, value in fields.mapping("hyperparameters").items():
        where = f"hyperparameters.{name}"
        if not isinstance(name, str) or not _HYPERPARAMETER.fullmatch(name):
            fields.reject(where, name, f"a name like {_HYPERPARAMETER.pattern}")
        elif name in _RESERVED_HYPERPARAMETERS:
            fields.reject(where, name, f"this name under training itself: training.{name}")
        elif isinstance(value, bool | str):
            read[name] = value
        elif (number := number_or_none(value)) is not None:
            read[name] = number
        else:
            fields.reject(where, value, "a finite number, a text, true or false")
    return read


def _evaluation(fields: Fields) -> Evaluation:
    evaluation = Evaluation(
        metric=fields.choice("metric", METRICS, default=METRICS[0]),
        limit=fields.number("limit", lambda limit: limit > 0, "a number above 0"),
        baselines=_baselines(fields),
    )
    fields.close()
    return evaluation


def _baselines(fields: Fields) -> tuple[str, ...]:
    items = fields.items("baselines", f"a list of {', '.join(BASELINES)}", default=BASELINES)
    for index, item in enumerate(items):
        if item not in BASELINES or item in items[:index]:
            fields.reject(
                f"baselines[{index}]",
                item,
                ", ".join(BASELINES) + ", each once",
                closest(item, BASELINES),
            )
    return tuple(str(item) for item in items)
