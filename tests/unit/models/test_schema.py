"""The schema of model files, field by field."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ModelFileError
from models.schema import Model

Change = Callable[[dict[str, Any], str, object], dict[str, Any]]

BROKEN_FIELDS: list[tuple[str, object]] = [
    ("name", "Wine"),
    ("name", "wine-"),
    ("name", "w" * 31),
    ("name", "../wine"),
    ("name", None),
    ("description", "two\nlines"),
    ("data", None),
    ("data.format", "csv"),
    ("data.format.type", "xlsx"),
    ("data.format", {"type": "parquet", "header": True}),
    ("data.format.quote", "a"),
    ("data.format.quote", ""),
    ("data.format.encoding", "utf-16"),
    ("data.format.quoted_newlines", "yes"),
    ("data.format.delimiter", ";;"),
    ("data.format.delimiter", '"'),
    ("data.format.delimiter", "a"),
    ("data.format.delimiter", "."),
    ("data.format.header", "no"),
    ("data.columns", {}),
    ("data.columns", []),
    ("data.columns[0]", "colour"),
    ("data.columns[0].name", "Colour of wine"),
    ("data.columns[1].name", "colour"),
    ("data.columns[0].kind", "category"),
    ("data.columns[0].nullable", 0),
    ("data.columns[0].values", []),
    ("data.columns[0].max_values", 7),
    ("data.columns[0]", {"name": "colour", "kind": "categorical", "max_values": 0}),
    ("data.columns[0].values[1]", "red"),
    ("data.columns[0].values[1]", 1),
    ("data.columns[0].values[1]", True),
    ("data.columns[0].values[1]", " red"),
    ("data.columns[1].min", "0"),
    ("data.columns[1].min", 0.5),
    ("data.columns[1].min", 11),
    ("data.columns[1].max", float("nan")),
    ("data.columns[1].max", 2**63),
    ("data.target", "qualty"),
    ("data.target", ["quality"]),
    ("data.split.train", 0),
    ("data.split.train", 0.8),
    ("data.split.test", "half"),
    ("data.max_quarantine", 1.01),
    ("data.max_quarantine", True),
    ("data.min_test_rows", 0),
    ("data.min_test_rows", 0.5),
    ("training", []),
    ("training.algorithm", "xgbost"),
    ("training.objective", "squared"),
    ("training.hyperparameters", [1]),
    ("training.hyperparameters.Depth", 1),
    ("training.hyperparameters.depth", [1]),
    ("training.hyperparameters.depth", float("inf")),
    ("training.hyperparameters.algorithm", "x"),
    ("training.instance_type", "m5.large"),
    ("training.instance_count", 17),
    ("training.volume_gb", 0),
    ("training.volume_gb", 1.5),
    ("training.max_runtime_minutes", 40321),
    ("training.spot", "false"),
    ("evaluation.metric", "log_loss"),
    ("evaluation.limit", 0),
    ("evaluation.limit", float("nan")),
    ("evaluation.baselines", "constant"),
    ("evaluation.baselines", ["median"]),
    ("evaluation.baselines", ["constant", "constant"]),
    ("endpoint.instance_type", 5),
    ("endpoint.instance_count", -1),
]

REQUIRED_FIELDS = [
    "name",
    "data",
    "evaluation",
    "data.format",
    "data.format.header",
    "data.columns",
    "data.target",
    "data.columns[0].name",
    "data.columns[0].kind",
    "data.columns[0].values",
    "evaluation.limit",
]


@pytest.mark.parametrize(("field", "value"), BROKEN_FIELDS)
def test_a_broken_field_is_one_problem_that_names_it(
    smallest: dict[str, Any], change: Change, field: str, value: object
) -> None:
    document = change(smallest, field, value)

    with pytest.raises(ModelFileError) as caught:
        Model.from_json(document, "models/wine.yaml")

    (problem,) = caught.value.problems
    assert problem.file == "models/wine.yaml"
    assert problem.field.startswith(field.rpartition(".")[0])
    assert problem.allowed


@pytest.mark.parametrize("field", REQUIRED_FIELDS)
def test_a_missing_field_is_one_problem(
    smallest: dict[str, Any], change: Change, field: str
) -> None:
    parent, _, last = field.rpartition(".")
    missing = change(smallest, field, None)
    place: Any = missing
    for part in parent.replace("[", ".").replace("]", "").split(".") if parent else []:
        place = place[int(part)] if part.isdigit() else place[part]
    del place[last]

    with pytest.raises(ModelFileError) as caught:
        Model.from_json(missing)

    assert [(problem.field, problem.found) for problem in caught.value.problems] == [
        (field, "nothing")
    ]


def test_all_problems_are_reported_together(smallest: dict[str, Any], change: Change) -> None:
    document = change(smallest, "training.spot", "maybe")
    document = change(document, "data.target", 7)
    document = change(document, "evaluation.limit", -1)

    with pytest.raises(ModelFileError, match="3 problems") as caught:
        Model.from_json(document)

    assert [problem.field for problem in caught.value.problems] == [
        "data.target",
        "training.spot",
        "evaluation.limit",
    ]


@pytest.mark.parametrize(
    ("field", "value", "suggestion"),
    [
        ("training.spott", True, "spot"),
        ("dta", {}, "data"),
        ("data.split.trian", 0.7, "train"),
        ("data.columns[1].maximum", 3, "max"),
        ("training.algorithm", "xgbost", "xgboost"),
        ("data.columns[0].kind", "categorial", "categorical"),
        ("data.target", "qualty", "quality"),
    ],
)
def test_a_misspelt_word_gets_a_suggestion(
    smallest: dict[str, Any], change: Change, field: str, value: object, suggestion: str
) -> None:
    document = change(smallest, field, value)

    with pytest.raises(ModelFileError) as caught:
        Model.from_json(document)

    assert f"{field}: " in str(caught.value)
    assert f"did you mean {suggestion!r}?" in str(caught.value)


def test_a_long_value_is_shortened_in_the_message(smallest: dict[str, Any], change: Change) -> None:
    document = change(smallest, "name", "x" * 5000)

    with pytest.raises(ModelFileError) as caught:
        Model.from_json(document)

    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("document", [None, [], "wine", 7])
def test_a_document_that_is_no_mapping_is_refused(document: object) -> None:
    with pytest.raises(ModelFileError, match="a section with fields"):
        Model.from_json(document, "models/wine.yaml")


def test_a_nullable_target_is_refused(smallest: dict[str, Any], change: Change) -> None:
    document = change(smallest, "data.columns[1].nullable", True)  # noqa: FBT003  # any value goes here

    with pytest.raises(ModelFileError, match="not nullable"):
        Model.from_json(document)


def test_defaults_are_explicit_in_the_normalised_form(smallest: dict[str, Any]) -> None:
    normalised = Model.from_json(smallest).to_json()

    shares = {"train": 0.7, "validation": 0.15, "test": 0.15}
    assert normalised["data"]["split"] == {**shares, "by": None}
    assert normalised["data"]["min_test_rows"] == 100
    assert normalised["data"]["columns"][1] == {
        "name": "quality", "kind": "integer", "nullable": False, "min": 0, "max": 10,
    }  # fmt: skip
    assert normalised["training"]["algorithm"] == "ensemble"
    assert normalised["training"]["objective"] == "squared_error"
    assert normalised["training"]["search"] == {"trials": 16}
    assert normalised["training"]["features"] == {"exclude": [], "derived": []}
    assert normalised["evaluation"] == {
        "metric": "rmse", "limit": 1.5, "baselines": ["constant", "linear"],
    }  # fmt: skip
    assert normalised["endpoint"] == {"instance_type": "ml.m5.large", "instance_count": 1}


def test_numbers_that_are_equal_are_written_alike(smallest: dict[str, Any], change: Change) -> None:
    whole = Model.from_json(change(smallest, "evaluation.limit", 2))
    fraction = Model.from_json(change(smallest, "evaluation.limit", 2.0))

    assert json.dumps(whole.to_json()) == json.dumps(fraction.to_json())


def test_a_boolean_column_has_no_values_of_its_own(
    smallest: dict[str, Any], change: Change
) -> None:
    document = change(smallest, "data.columns[0].kind", "boolean")

    with pytest.raises(ModelFileError, match="values: found an unknown field"):
        Model.from_json(document)


@pytest.fixture
def keyed(smallest: dict[str, Any]) -> dict[str, Any]:
    """A document whose split goes by customers."""
    more = [{"name": "customer", "kind": "identifier"}, {"name": "note", "kind": "text"}]
    smallest["data"]["columns"] += more
    smallest["data"]["split"] = {"by": "customer"}
    return smallest


def test_a_split_may_go_by_an_identifier(keyed: dict[str, Any]) -> None:
    assert Model.from_json(keyed).to_json()["data"]["split"]["by"] == "customer"


def test_what_datasets_leave_out_is_read_back_from_the_normalised_form(
    keyed: dict[str, Any],
) -> None:
    model = Model.from_json(keyed)

    again = Model.from_json(model.to_json())

    assert again == model


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("data.split.by", "custmer", "did you mean 'customer'?"),
        ("data.split.by", "colour", "allowed: customer"),
        ("data.columns[2].nullable", True, "a column that is not nullable"),
        ("data.columns[3].nullable", False, "true, or nothing: texts are ignored"),
        ("data.columns[0]", {"name": "c", "kind": "identifier"}, "at least one feature"),
    ],
)
def test_a_split_goes_by_an_identifier_alone(
    keyed: dict[str, Any], change: Change, field: str, value: object, message: str
) -> None:
    with pytest.raises(ModelFileError) as caught:
        Model.from_json(change(keyed, field, value))

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("column", "fill"),
    [
        ({"kind": "numeric", "min": 0}, 0.5),
        ({"kind": "integer"}, -1),
        ({"kind": "boolean"}, False),
        ({"kind": "categorical", "values": ["red", "blue"]}, "blue"),
        ({"kind": "categorical", "max_values": 3}, "unknown"),
    ],
)
def test_a_nullable_column_may_be_filled(
    smallest: dict[str, Any], change: Change, column: dict[str, Any], fill: object
) -> None:
    document = {"name": "colour", "nullable": True, "fill": fill, **column}

    model = Model.from_json(change(smallest, "data.columns[0]", document))

    assert model.to_json()["data"]["columns"][0]["fill"] == fill
    assert Model.from_json(model.to_json()) == model


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"kind": "numeric", "min": 0, "fill": -1}, "a number that the column may hold"),
        ({"kind": "integer", "fill": 0.5}, "a number that the column may hold"),
        ({"kind": "integer", "fill": True}, "a number that the column may hold"),
        ({"kind": "boolean", "fill": "no"}, "true or false"),
        ({"kind": "categorical", "values": ["red"], "fill": "rde"}, "did you mean 'red'?"),
        ({"kind": "categorical", "max_values": 3, "fill": " x"}, "without spaces"),
        ({"kind": "text", "fill": "x"}, "unknown field"),
        ({"kind": "numeric", "fill": 1, "nullable": False}, "not nullable"),
    ],
)
def test_a_gap_is_filled_with_what_the_column_may_hold(
    smallest: dict[str, Any], change: Change, column: dict[str, Any], message: str
) -> None:
    nullable = {} if column["kind"] == "text" else {"nullable": True}
    document = change(smallest, "data.columns[0]", {"name": "colour", **nullable, **column})

    with pytest.raises(ModelFileError) as caught:
        Model.from_json(document)

    assert message in str(caught.value)


scalars = st.one_of(
    st.booleans(),
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=10),
)
numeric_columns = st.fixed_dictionaries(
    {"kind": st.just("numeric"), "nullable": st.booleans()},
    optional={"min": st.floats(-1e6, 0), "max": st.none() | st.floats(1, 1e300)},
)
learnt_columns = st.fixed_dictionaries(
    {"kind": st.just("categorical"), "max_values": st.integers(1, 10_000)}
)
categorical_columns = st.fixed_dictionaries(
    {
        "kind": st.just("categorical"),
        "values": st.lists(
            st.from_regex(r"[a-zA-Zäß](( [a-z0-9]){0,3})", fullmatch=True), min_size=1, unique=True
        ),
    }
)
boolean_columns = st.fixed_dictionaries({"kind": st.just("boolean"), "nullable": st.booleans()})


@given(
    columns=st.lists(
        numeric_columns | categorical_columns | learnt_columns | boolean_columns,
        min_size=1,
        max_size=6,
    ),
    hyperparameters=st.dictionaries(st.from_regex(r"h[a-z0-9_]{0,9}", fullmatch=True), scalars),
    delimiter=st.sampled_from(",;|\t "),
    header=st.booleans(),
    limit=st.floats(1e-6, 1e12),
)
def test_the_normalised_form_reads_back_as_the_same_model(
    columns: list[dict[str, Any]],
    hyperparameters: dict[str, Any],
    delimiter: str,
    header: bool,  # noqa: FBT001  # hypothesis names its arguments
    limit: float,
) -> None:
    target = {"name": "target", "kind": "numeric"}
    named = [{**column, "name": f"column_{index}"} for index, column in enumerate(columns)]
    document = {
        "name": "wine",
        "data": {
            "format": {"delimiter": delimiter, "header": header},
            "columns": [target, *named],
            "target": "target",
        },
        "training": {"hyperparameters": hyperparameters},
        "evaluation": {"limit": limit},
    }

    model = Model.from_json(document)
    text = json.dumps(model.to_json(), allow_nan=False)

    assert Model.from_json(json.loads(text)) == model
    assert json.dumps(Model.from_json(json.loads(text)).to_json()) == text
