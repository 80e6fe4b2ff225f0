"""The container as SageMaker's hosting and its batch transform drive it."""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.functional.training_image import container

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROW = "M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15"
ROOT = Path(__file__).parents[3]
LOOPBACK = {"SERVE_HOST": "127.0.0.1"}
MEGABYTE = 1024 * 1024
WARNS = """
import warnings
from training_image.logs import log_as_json
log_as_json()
warnings.warn("a deprecated thing")
"""
FAULTS = """
import resource, sys
from pathlib import Path
from training_image.archive import read_archive
from training_image.block import BlockReader
from training_image.serve import keep_memory
reader = BlockReader(read_archive(Path(sys.argv[1])).schema)
lines = (sys.argv[3] + "\\n").encode() * 1000
if sys.argv[2] == "keep":
    keep_memory()
count = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    reader.read(lines)
before = count()
for _ in range(100):
    reader.read(lines)
print((count() - before) / 100)
"""
CLASSIFIER = """
import sys
from onnx import TensorProto, helper
x = helper.make_tensor_value_info("numeric", TensorProto.FLOAT, ["rows", 1])
y = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["rows", 2])
one = helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0])
zero = helper.make_tensor("half", TensorProto.FLOAT, [1], [0.5])
nodes = [
    helper.make_node("IsNaN", ["numeric"], ["gap"]),
    helper.make_node("Where", ["gap", "half", "numeric"], ["yes"]),
    helper.make_node("Sub", ["one", "yes"], ["no"]),
    helper.make_node("Concat", ["no", "yes"], ["probabilities"], axis=1),
]
graph = helper.make_graph(nodes, "model", [x], [y], [one, zero])
model = helper.make_model(graph, ir_version=9, opset_imports=[helper.make_opsetid("", 17)])
open(sys.argv[1], "wb").write(model.SerializeToString())
"""


SPY = """
import asyncio, os, sys
WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT
def spy(event, facts):
    if event == "open" and isinstance(facts[2], int) and facts[2] & WRITE:
        print("opens for writing:", facts[0])
sys.dont_write_bytecode = True
sys.addaudithook(spy)
from training_image import serve
from training_image.meter import Meter
from training_image.settings import Settings
settings = Settings.from_environment()
if os.getuid() == 0:  # after the imports: nobody may not even read a developer's Python
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
application = serve.load(settings, Meter())
scope = dict(path="/invocations", method="POST", headers=[(b"content-type", b"text/csv")])
async def receive():
    return dict(type="http.request", body=b"M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15")
async def send(message):
    if float(message.get("body", 0)) > 0:
        print("answered")
asyncio.run(application(scope, receive, send))
"""


@pytest.fixture(scope="module")
def classifier(image_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model, made by hand, that says `yes` with the probability that it is given."""
    base = tmp_path_factory.mktemp("classifier")
    (base / "model").mkdir()
    file = base / "model" / "model.onnx"
    subprocess.run([image_python, "-c", CLASSIFIER, file], check=True)
    write_schema(base, file.read_bytes(), classes=["no", "yes"])
    return base


def write_schema(base: Path, model: bytes, **more: object) -> None:
    document = {
        "format": 1,
        "columns": [
            {"name": "x", "kind": "numeric", "nullable": True},
            {"name": "y", "kind": "categorical", "values": ["no", "yes"]},
        ],
        "target": "y",
        "objective": "binary",
        "model": {"file": "model.onnx", "sha256": sha256(model).hexdigest()},
        **more,
    }
    (base / "model" / "schema.json").write_text(json.dumps(document))


@pytest.fixture(scope="module")
def labels(start_server: Callable[..., Any], classifier: Path) -> Iterator[Any]:
    with start_server(classifier) as running:
        yield running


def test_a_classifier_answers_with_label_and_probabilities(labels: Any) -> None:
    as_csv = labels.invoke(b"0.25\n0.75\n")
    as_json = labels.invoke(b"[[0.25], [0.75], [null]]", "application/json")
    as_lines = labels.invoke(b'{"x": 0.75}', "application/jsonlines")

    assert as_csv == (200, "no,0.75,0.25\nyes,0.25,0.75\n")
    assert json.loads(as_json[1]) == {
        "classes": ["no", "yes"],
        "predictions": [
            {"label": "no", "probabilities": [0.75, 0.25]},
            {"label": "yes", "probabilities": [0.25, 0.75]},
            {"label": "no", "probabilities": [0.5, 0.5]},
        ],
    }
    assert json.loads(as_lines[1]) == {"label": "yes", "probabilities": [0.25, 0.75]}


def test_a_schema_of_another_kind_of_model_never_serves(
    image_python: Path, classifier: Path, tmp_path: Path
) -> None:
    (tmp_path / "model").mkdir()
    model = (classifier / "model" / "model.onnx").read_bytes()
    (tmp_path / "model" / "model.onnx").write_bytes(model)
    write_schema(tmp_path, model, objective="squared_error")

    done = container.run(image_python, "serve", tmp_path, patience=30, **LOOPBACK)

    assert done.returncode == 1
    assert "the model is of another kind than its schema" in done.stderr


def test_what_only_the_model_shows_ends_all_workers(
    image_python: Path, classifier: Path, tmp_path: Path
) -> None:
    (tmp_path / "model").mkdir()
    model = (classifier / "model" / "model.onnx").read_bytes()[:-9]
    (tmp_path / "model" / "model.onnx").write_bytes(model)
    write_schema(tmp_path, model, classes=["no", "yes"])

    done = container.run(
        image_python, "serve", tmp_path, MODEL_SERVER_WORKERS="2", patience=30, **LOOPBACK
    )

    assert done.returncode == 1
    assert "the model cannot be loaded" in done.stderr


@pytest.fixture(scope="module")
def two(start_server: Callable[..., Any], trained: Any) -> Iterator[Any]:
    with start_server(trained.base, MODEL_SERVER_WORKERS="2", SAGEMAKER_BATCH="true") as running:
        yield running


def test_a_batch_transform_gets_an_answer_to_each_line_in_order(two: Any, trained: Any) -> None:
    examples = trained.document("evaluation.json")["examples"]
    lines = [example["row"] for example in examples] * (8 * MEGABYTE // 45 // len(examples))
    parameters = json.loads(two.ask("GET", "/execution-parameters")[2])
    bodies = list(mini_batches(lines, parameters["MaxPayloadInMB"] * MEGABYTE))

    with ThreadPoolExecutor(parameters["MaxConcurrentTransforms"]) as pool:
        answers = list(pool.map(two.invoke, bodies))

    assert parameters["BatchStrategy"] == "MULTI_RECORD"
    assert len(bodies) > 1
    assert {status for status, _ in answers} == {200}
    # AssembleWith Line puts the answers one after the other
    found = [float(line) for line in "".join(text for _, text in answers).splitlines()]
    expected = [example["prediction"] for example in examples]
    assert found == expected * (len(lines) // len(examples))


def mini_batches(lines: list[str], limit: int) -> Iterator[bytes]:
    """Split as SageMaker does with SplitType Line: as many records as fit."""
    taken: list[str] = []
    size = 0
    for line in lines:
        if size + len(line) + 1 > limit:
            yield "\n".join(taken).encode()
            taken, size = [], 0
        taken.append(line)
        size += len(line) + 1
    yield "\n".join(taken).encode()


def test_workers_share_the_port(two: Any) -> None:
    assert two.ask("GET", "/ping")[0] == 200
    assert len(workers(two)) == 2


def test_sigterm_ends_all_workers_well(start_server: Callable[..., Any], trained: Any) -> None:
    with start_server(trained.base, MODEL_SERVER_WORKERS="2") as server:
        server.invoke(ROW.encode())
        started = workers(server)

        server.process.terminate()

        assert server.process.wait(20) == 0
    assert not [process for process in started if Path(f"/proc/{process}").exists()]
    told = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert [one["Invocations"] for one in told if one["message"] == "metrics"] == [1]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_worker_that_dies_at_once_ends_the_container(
    start_server: Callable[..., Any], trained: Any
) -> None:
    with start_server(trained.base, MODEL_SERVER_WORKERS="2") as server:
        os.kill(workers(server)[0], signal.SIGKILL)

        assert server.process.wait(20) == 1
    assert '"exit_code": -9' in server.log.read_text()


def workers(server: Any) -> list[int]:
    main = server.process.pid
    return [int(one) for one in Path(f"/proc/{main}/task/{main}/children").read_text().split()]


def test_a_taken_port_is_told(image_python: Path, two: Any, trained: Any) -> None:
    done = container.run(
        image_python,
        "serve",
        trained.base,
        SAGEMAKER_BIND_TO_PORT=str(two.port),
        patience=30,
        **LOOPBACK,
    )

    assert done.returncode == 1
    assert f"port {two.port} of 127.0.0.1 cannot be taken" in done.stderr


def test_nobody_serves_without_writing_a_file(
    image_python: Path, trained: Any, tmp_path: Path
) -> None:
    """Neither rights are needed, nor a file system that can be written to."""
    shutil.copytree(trained.base / "model", tmp_path / "model")
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)  # pytest's own are for their owner alone

    done = subprocess.run(
        [image_python, "-c", SPY],
        cwd=ROOT,
        env={"SAGEMAKER_BASE_DIR": str(tmp_path), "TMPDIR": "/nowhere", "HOME": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.stdout.splitlines()[-1:] == ["answered"], done.stderr
    assert "opens for writing" not in done.stdout


def test_serving_imports_nothing_that_only_training_needs(image_python: Path) -> None:
    program = "import sys, json, training_image.serve; print(json.dumps(sorted(sys.modules)))"

    done = subprocess.run(
        [image_python, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    imported = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert not {"xgboost", "scipy", "onnx", "pyarrow", "ml_dtypes"} & imported


FORKED = """
import os, signal
os.register_at_fork(after_in_parent=lambda: signal.raise_signal(signal.SIGTERM))
from training_image.__main__ import main
raise SystemExit(main(["serve"]))
"""


def test_a_stop_while_workers_start_reaches_them_all(image_python: Path, trained: Any) -> None:
    done = subprocess.run(
        [image_python, "-c", FORKED],
        cwd=ROOT,
        env={
            "SAGEMAKER_BASE_DIR": str(trained.base),
            "SAGEMAKER_BIND_TO_PORT": str(container.free_port()),
            "MODEL_SERVER_WORKERS": "3",
            **LOOPBACK,
        },
        timeout=30,
        check=False,
    )

    assert done.returncode == 0


def test_warnings_are_lines_of_json_too(image_python: Path) -> None:
    done = subprocess.run(
        [image_python, "-c", WARNS], cwd=ROOT, capture_output=True, text=True, check=True
    )

    (line,) = done.stdout.splitlines()

    assert "a deprecated thing" in json.loads(line)["message"]
    assert not done.stderr


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators keep memory anyway")
def test_a_requests_memory_is_kept_for_the_next_one(image_python: Path, trained: Any) -> None:
    def faults(kept: str) -> float:
        command = [image_python, "-c", FAULTS, trained.base / "model", kept, ROW]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return float(done.stdout)

    assert faults("keep") < 10 < faults("not")
