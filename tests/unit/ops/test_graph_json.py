"""A graph travels as JSON and comes back; its secrets stay behind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulumi

from ops.graph import Options
from ops.graph_json import UNKNOWN, graph_from_json, graph_to_json, plain_json
from tests.unit.ops.graphs import graph, resource

if TYPE_CHECKING:
    from pathlib import Path

    from ops.graph import Graph


def travel(sent: Graph, root: Path) -> Graph:
    document = json.dumps(graph_to_json(sent, root, lambda text: f"sealed {len(text)}"))
    return graph_from_json(json.loads(document))


def test_a_graph_comes_back_as_it_was(tmp_path: Path) -> None:
    sent = graph(
        resource(
            "aws:s3/bucket:Bucket",
            "b",
            bucket="things",
            tags={"a": ["b", None, True, 0.5]},
            depends={"bucket": "urn:key"},
            options=Options(protect=True, aliases=("urn:old",), create_timeout="3h"),
        )
    )

    assert travel(sent, tmp_path) == sent


def test_what_a_secret_input_holds_is_sealed(tmp_path: Path) -> None:
    sent = graph(resource("aws:sqs/queue:Queue", "q", secrets=("policy",), policy={"deep": "hush"}))

    document = json.dumps(graph_to_json(sent, tmp_path, lambda _: "sealed"))

    assert "hush" not in document
    assert graph_from_json(json.loads(document)).named("q").inputs == {"policy": "sealed"}


def test_outputs_keep_their_names_alone(tmp_path: Path) -> None:
    sent = graph()
    object.__setattr__(sent, "outputs", {"url": "hush"})

    assert travel(sent, tmp_path).outputs == {"url": None}


def test_whole_numbers_lose_their_fraction(tmp_path: Path) -> None:
    assert json.dumps(plain_json({"days": 14.0, "share": 0.5}, tmp_path)) == (
        '{"days": 14, "share": 0.5}'
    )


def test_a_file_is_told_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    (tmp_path / "b").write_text("1")
    (tmp_path / "c").write_text("2")

    a, b, c = (plain_json(pulumi.FileAsset(name), tmp_path) for name in "abc")

    assert a == b
    assert a != c


def test_a_file_that_is_not_here_is_said_and_no_failure(tmp_path: Path) -> None:
    missing = pulumi.FileAsset("fetched.whl")

    assert plain_json(missing, tmp_path) == "content that is not on this machine"


def test_an_archive_is_told_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "package/a.py").write_text("1")
    archive = pulumi.AssetArchive(
        {"x": pulumi.StringAsset("1"), "y": pulumi.FileArchive(str(tmp_path / "package"))}
    )

    found = plain_json(archive, tmp_path)

    assert found == {"x": found["x"], "y": {"a.py": found["x"]}}


def test_what_python_leaves_behind_is_no_content(tmp_path: Path) -> None:
    (tmp_path / "package/__pycache__").mkdir(parents=True)
    (tmp_path / "package/__pycache__/a.pyc").write_text("x")

    assert plain_json(pulumi.FileArchive("package"), tmp_path) == {}


def test_a_remote_file_is_its_address(tmp_path: Path) -> None:
    address = "https://example.com/a"

    assert plain_json(pulumi.RemoteAsset(address), tmp_path) == address


def test_what_nobody_knows_yet_says_so(tmp_path: Path) -> None:
    assert plain_json(object(), tmp_path) == UNKNOWN
