"""The section `training` of a model file: how the model is trained, and on what."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from models.columns import NUMBERS, Column
from models.endpoint import read_instance_type
from models.features import Features, read_features
from models.fields import Fields, closest, number_or_none
from models.objectives import OBJECTIVES, fitting

Scalar = str | int | float | bool
"""What a hyperparameter may be."""

ALGORITHMS: Final = ("ensemble", "xgboost")
CLASS_WEIGHTS: Final = ("none", "balanced")
DIRECTIONS: Final = ("increasing", "decreasing")
MOST_INSTANCES: Final = 16
MOST_TRIALS: Final = 16
USUAL_TRIALS: Final = 16

_HYPERPARAMETER: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_ELSEWHERE: Final = {
    "algorithm": "algorithm",
    "objective": "objective",
    "class_weights": "class_weights",
    "monotone": "monotone",
    "trials": "search.trials",
    "exclude": "features.exclude",
    "derived": "features.derived",
}
"""What is no hyperparameter in a model file, and where it stands instead."""

_LONGEST_TEXT: Final = 2500
"""Of a hyperparameter, as SageMaker takes it."""


@dataclass(frozen=True)
class Training:
    """How the model is trained, and on what."""

    algorithm: str
    objective: str
    class_weights: str
    monotone: Mapping[str, str]
    """Columns that the prediction may only rise with, or only fall with."""

    features: Features
    trials: int
    """How many settings are tried at most."""

    hyperparameters: Mapping[str, Scalar]
    """Passed on as they are; the algorithm checks them."""

    instance_type: str
    instance_count: int
    """Hosts that train one model together, each on its share of the training rows."""

    volume_gb: int
    max_runtime_minutes: int
    spot: bool

    def to_json(self) -> dict[str, Any]:
        """The section as identities hash it."""
        ordered = {name: self.hyperparameters[name] for name in sorted(self.hyperparameters)}
        section = {**vars(self), "hyperparameters": ordered}
        del section["trials"]
        return {
            **section,
            "monotone": {name: self.monotone[name] for name in sorted(self.monotone)},
            "features": self.features.to_json(),
            "search": {"trials": self.trials},
        }


def read_training(fields: Fields, columns: Sequence[Column], target: Column | None) -> Training:
    """Read the section; without a sound contract no rule about columns is looked at."""
    objective = _objective(fields, target)
    others = [column for column in columns if target is None or column.name != target.name]
    features = read_features(
        fields.section("features", required=False), others, target.name if target else ""
    )
    training = Training(
        algorithm=fields.choice("algorithm", ALGORITHMS, default=ALGORITHMS[0]),
        objective=objective,
        class_weights=fields.choice("class_weights", CLASS_WEIGHTS, default=CLASS_WEIGHTS[0]),
        monotone=_monotone(fields, others, objective, features),
        features=features,
        trials=_trials(fields.section("search", required=False)),
        hyperparameters=_hyperparameters(fields),
        instance_type=read_instance_type(fields),
        instance_count=fields.whole("instance_count", 1, MOST_INSTANCES, default=1),
        volume_gb=fields.whole("volume_gb", 1, 16384, default=10),
        max_runtime_minutes=fields.whole("max_runtime_minutes", 1, 28 * 24 * 60, default=60),
        spot=fields.flag("spot", default=False),
    )
    if training.class_weights != "none" and target is not None and target.kind in NUMBERS:
        fields.reject("class_weights", training.class_weights, "none, as the target is a number")
    if fields.sound:
        _check_lengths(fields, training)
    fields.close()
    return training


def _check_lengths(fields: Fields, training: Training) -> None:
    for name, text in hyperparameter_texts(training).items():
        if len(text) > _LONGEST_TEXT:
            where = _ELSEWHERE.get(name, f"hyperparameters.{name}")
            fields.reject(where, f"{len(text)} characters", f"at most {_LONGEST_TEXT}, as JSON")


def _objective(fields: Fields, target: Column | None) -> str:
    if target is None:
        return fields.choice("objective", OBJECTIVES, default=OBJECTIVES[0])
    allowed = fitting(target)
    chosen = fields.choice("objective", OBJECTIVES, default=allowed[0])
    if chosen not in allowed:
        words = f"{', '.join(allowed)}, as the target {target.name} is {_described(target)}"
        fields.reject("objective", chosen, words)
    return chosen


def _described(target: Column) -> str:
    if target.kind in NUMBERS:
        return "a number"
    return "a boolean" if target.kind == "boolean" else f"one of {len(target.values)} categories"


def _trials(fields: Fields) -> int:
    trials = fields.whole("trials", 1, MOST_TRIALS, default=USUAL_TRIALS)
    fields.close()
    return trials


def _monotone(
    fields: Fields, columns: Sequence[Column], objective: str, features: Features
) -> dict[str, str]:
    found = fields.mapping("monotone")
    if found and objective == "multiclass":
        fields.reject("monotone", [*found], "nothing, as a model of many classes has no direction")
    allowed = {
        one.name: one
        for one in columns
        if one.kind in (*NUMBERS, "boolean") and one.name not in features.exclude
    }
    read: dict[str, str] = {}
    for name, way in found.items():
        where = f"monotone.{name}"
        if columns and name not in allowed:
            words = f"a feature that is a number or a boolean: {', '.join(allowed)}"
            fields.reject(where, name, words, closest(name, [*allowed]))
        elif way not in DIRECTIONS:
            fields.reject(where, way, ", ".join(DIRECTIONS), closest(way, DIRECTIONS))
        elif using := features.derived_of(str(name)):
            fields.reject(where, name, f"no derived feature of it, as {using} is")
        else:
            read[str(name)] = str(way)
    return read


def _hyperparameters(fields: Fields) -> dict[str, Scalar]:
    read: dict[str, Scalar] = {}
    for name, value in fields.mapping("hyperparameters").items():
        where = f"hyperparameters.{name}"
        if not isinstance(name, str) or not _HYPERPARAMETER.fullmatch(name):
            fields.reject(where, name, f"a name like {_HYPERPARAMETER.pattern}")
        elif name in _ELSEWHERE:
            fields.reject(where, name, f"it under training itself: training.{_ELSEWHERE[name]}")
        elif isinstance(value, bool | str):
            read[name] = value
        elif (number := number_or_none(value)) is not None:
            read[name] = number
        else:
            fields.reject(where, value, "a finite number, a text, true or false")
    return read


def hyperparameter_texts(training: Training) -> dict[str, str]:
    """What the training job is told: texts of JSON, and plain words for what is one word."""
    derived = [one.to_json() for one in training.features.derived]
    values = {
        **dict(sorted(training.hyperparameters.items())),
        "trials": training.trials,
        **({"monotone": dict(sorted(training.monotone.items()))} if training.monotone else {}),
        **({"exclude": list(training.features.exclude)} if training.features.exclude else {}),
        **({"derived": derived} if derived else {}),
    }
    words = {
        name: str(getattr(training, name)) for name in ("algorithm", "objective", "class_weights")
    }
    return {**words, **{name: json.dumps(value) for name, value in values.items()}}
