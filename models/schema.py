"""What a model is: its data contract, training, evaluation and endpoint, as frozen values.

`Model.from_json` validates plain objects (as YAML or JSON give them) and reports all problems
together; `Model.to_json` gives the normalised form that identities hash and that travels to the
units: every default explicit, numbers without a needless fraction, fields in one order.
The two are each other's inverse. The schema knows no file system and no YAML.
"""

import re
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from models.columns import DATES, Column, read_columns
from models.dates import features_of
from models.endpoint import Endpoint, read_endpoint
from models.errors import ModelFileError
from models.evaluation import Evaluation, read_evaluation
from models.fields import Fields, Problems, closest
from models.formats import OUTPUTS, Format, read_raw_format
from models.objectives import can_be_target
from models.split import Split, TimeSplit, read_split
from models.training import Training, read_training

_NAME: Final = re.compile(r"[a-z]([a-z0-9-]{0,28}[a-z0-9])?")
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
    contract = fields.section("data")
    data = _data(contract)
    columns = data.columns if contract.sound else ()
    target = next((column for column in columns if column.name == data.target), None)
    training = read_training(fields.section("training", required=False), columns, target)
    model = Model(
        name=fields.text(
            "name", is_model_name, "small letters, digits and inner hyphens, at most 30"
        ),
        description=fields.text("description", str.isprintable, "one line of text", default=""),
        data=data,
        training=training,
        evaluation=read_evaluation(fields.section("evaluation"), training.objective),
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
    elif wrong := can_be_target(target):
        fields.reject("target", data.target, wrong)


def _check_dates(fields: Fields, data: Data) -> None:
    """A date that no model learns from and no split goes by was probably meant for something."""
    for index, column in enumerate(data.columns):
        if column.kind in DATES and not column.features and column.name != data.split.by:
            allowed = f"some of {', '.join(features_of(column.kind))}; or say kind: text"
            fields.reject(f"columns[{index}].features", [], allowed)
