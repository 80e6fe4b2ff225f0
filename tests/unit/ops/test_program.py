"""The program is evaluated as the engine would, and nothing of it stays behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from ops.program import Graph, StandInCloud, evaluate
from ops.stack_files import StackFileError

if TYPE_CHECKING:
    from pulumi.runtime import mocks

HEADER = "import pulumi\nimport pulumi_aws as aws\n"
BUCKET = HEADER + "bucket = aws.s3.Bucket('b', bucket=pulumi.Config().require('bucket'))\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a project whose program is still to be written."""
    (tmp_path / "Pulumi.yaml").write_text(
        "name: toy\nruntime: python\nconfig:\n  bucket: {type: string, default: things}\n"
    )
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  aws:region: eu-west-1\n")
    return tmp_path


def run(root: Path, program: str, cloud: mocks.Mocks | None = None, **options: Any) -> Graph:
    """Evaluate a program of these lines."""
    (root / "__main__.py").write_text(program)
    return evaluate(root, "dev", cloud or StandInCloud(), **options)


def test_a_resource_is_recorded_with_what_it_was_given(root: Path) -> None:
    graph = run(root, BUCKET)

    bucket = graph.named("b")
    assert bucket.type == "aws:s3/bucket:Bucket"
    assert bucket.inputs == {"bucket": "things"}
    assert bucket.custom
    assert graph.project == "toy"


def test_values_can_be_given_over_the_stacks_own(root: Path) -> None:
    graph = run(root, BUCKET, values={"toy:bucket": "others"})

    assert graph.named("b").inputs["bucket"] == "others"


def test_outputs_of_the_stack_are_recorded(root: Path) -> None:
    graph = run(root, BUCKET + "pulumi.export('arn', bucket.arn)\n")

    assert graph.outputs == {"arn": "arn:aws:s3:::things"}


def test_a_dependency_is_recorded_for_the_input_that_has_it(root: Path) -> None:
    program = BUCKET + (
        "aws.s3.BucketVersioning('v', bucket=bucket.bucket,"
        " versioning_configuration={'status': 'Enabled'})\n"
    )

    graph = run(root, program)

    versioning = graph.named("v")
    assert versioning.property_dependencies["bucket"] == {graph.named("b").urn}
    assert versioning.property_dependencies["versioningConfiguration"] == frozenset()


def test_options_are_recorded(root: Path) -> None:
    options = (
        "pulumi.ResourceOptions(protect=True, ignore_changes=['tags'],"
        " custom_timeouts=pulumi.CustomTimeouts(create='3h'))"
    )

    graph = run(root, HEADER + f"aws.s3.Bucket('b', opts={options})\n")

    recorded = graph.named("b").options
    assert recorded.protect
    assert recorded.ignore_changes == ("tags",)
    assert recorded.create_timeout == "3h"


def test_a_secret_is_unwrapped_and_marked(root: Path) -> None:
    program = HEADER + "aws.sqs.Queue('q', policy=pulumi.Output.secret('hush'), name='q')\n"

    queue = run(root, program).named("q")

    assert queue.inputs["policy"] == "hush"
    assert queue.secrets == {"policy"}


def test_a_preview_leaves_unknown_what_nobody_knows(root: Path) -> None:
    program = BUCKET + "aws.sqs.Queue('q', name=bucket.arn)\n"

    graph = run(root, program, StandInCloud(preview=True), preview=True)

    assert isinstance(graph.named("q").inputs["name"], pulumi.output.Unknown)
    assert graph.named("q").id == ""


def test_the_account_that_calls_is_known_in_a_preview_too(root: Path) -> None:
    program = HEADER + "pulumi.export('account', aws.get_caller_identity().account_id)\n"

    graph = run(root, program, StandInCloud(account="210987654321", preview=True), preview=True)

    assert graph.outputs["account"] == "210987654321"


def test_outputs_are_never_lost_to_a_second_stack(root: Path) -> None:
    program = HEADER + "pulumi.export('account', aws.get_caller_identity().account_id)\n"
    cloud = StandInCloud(account="210987654321")

    # Who says last what the outputs are is a matter of threads: one of ten, when it was wrong.
    found = [run(root, program, cloud).outputs for _ in range(100)]

    assert [outputs for outputs in found if outputs != {"account": "210987654321"}] == []


def test_two_resources_of_one_name_are_refused(root: Path) -> None:
    program = HEADER + "aws.s3.Bucket('b')\naws.s3.Bucket('b')\n"

    with pytest.raises(ValueError, match="give one another name"):
        run(root, program)


def test_what_the_program_raises_comes_through(root: Path) -> None:
    with pytest.raises(KeyError, match="nothing here"):
        run(root, "raise KeyError('nothing here')\n")


def test_what_the_cloud_raises_comes_through(root: Path) -> None:
    class Refusing(StandInCloud):
        def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
            raise PermissionError(args.name)

    with pytest.raises(PermissionError, match="b"):
        run(root, BUCKET, Refusing())


def test_an_unknown_data_source_is_named(root: Path) -> None:
    with pytest.raises(LookupError, match="getRegions"):
        run(root, HEADER + "aws.get_regions()\n")


def test_a_second_evaluation_knows_nothing_of_the_first(root: Path) -> None:
    run(root, BUCKET + "pulumi.export('x', 1)\n", values={"toy:bucket": "others"})

    graph = run(root, BUCKET)

    assert [resource.name for resource in graph] == ["b"]
    assert graph.named("b").inputs["bucket"] == "things"
    assert graph.outputs == {}


def test_an_unknown_stack_is_refused_with_those_there_are(root: Path) -> None:
    with pytest.raises(StackFileError, match=r"there are: Pulumi\.dev\.yaml, Pulumi\.yaml"):
        evaluate(root, "prod", StandInCloud())


def test_our_own_program_runs_for_every_stack() -> None:
    project = Path(__file__).resolve().parents[3]

    for stack in ("dev", "twin"):
        graph = evaluate(project, stack, StandInCloud())
        assert graph.outputs["name_prefix"] == f"mlops-{stack}"


def test_a_preview_of_our_own_program_declares_the_same_resources() -> None:
    project = Path(__file__).resolve().parents[3]

    known = evaluate(project, "dev", StandInCloud())
    unknown = evaluate(project, "dev", StandInCloud(preview=True), preview=True)

    assert [resource.urn for resource in unknown] == [resource.urn for resource in known]


def test_no_output_was_turned_into_text() -> None:
    project = Path(__file__).resolve().parents[3]

    graph = evaluate(project, "dev", StandInCloud(preview=True), preview=True)

    texts = [json.dumps(resource.inputs, default=str) for resource in graph]
    assert not [text for text in texts if "Calling __str__" in text or "Output[T]" in text]
