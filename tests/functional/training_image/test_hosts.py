"""Three processes as three hosts: one model of all their rows, and one reason if one is lost."""

import csv
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.functional.training_image import container
from tests.functional.training_image.conftest import ROOT, Result
from tests.functional.training_image.host import PATIENCE_SECONDS, Host

COLUMNS: list[dict[str, Any]] = [
    {"name": "sex", "kind": "categorical", "values": ["M", "F"]},
    {"name": "length", "kind": "numeric"},
    {"name": "height", "kind": "numeric", "nullable": True},
    {"name": "rings", "kind": "numeric"},
]
HOSTS = ("algo-1", "algo-2", "algo-3")
ROWS = 204_000
TOLERANCE = 1e-4
"""Of predictions: sums of three hosts are rounded in another order than those of one."""

ERROR_TOLERANCE = 0.01
"""Of the error, as a share, where cuts and drawn rows differ."""

ENDLESS = {"rounds": 100_000, "early_stopping_rounds": 100_000}
Rows = list[list[str]]


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Rows whose numbers have few enough values that every host cuts them at the same places."""
    chance = random.Random(3)  # noqa: S311 - no secret
    found: Rows = []
    for _ in range(ROWS):
        word, one, other = chance.choice("MF"), chance.randrange(-50, 50), chance.randrange(-50, 50)
        target = one * other / 500 + (word == "F") + chance.randrange(1000) / 1000
        found.append(
            [word, str(one), str(other) if chance.random() > 0.05 else "", f"{target:.3f}"]
        )
    return found


@pytest.fixture(scope="module")
def lay_hosts(lay_job: Callable[..., Path]) -> Callable[..., list[Path]]:
    """Lay out the folders of hosts, each with its own third of the training rows."""

    def lay(
        rows: Rows, hosts: Sequence[str] = HOSTS, target: str = "rings", **settings: object
    ) -> list[Path]:
        chosen = {"rounds": 20, "trials": 1, "subsample": 1.0, **settings}
        splits = {"train": rows[3000:], "validation": rows[:1500], "test": rows[1500:3000]}
        bases: list[Path] = []
        for place, host in enumerate(hosts):
            share = {**splits, "train": splits["train"][place :: len(hosts)]}
            base = lay_job(share, COLUMNS, target, chosen)
            resources = {"hosts": list(hosts), "current_host": host}
            (base / "input/config/resourceconfig.json").write_text(json.dumps(resources))
            bases.append(base)
        return bases

    return lay


@pytest.fixture(scope="module")
def start(image_python: Path) -> Callable[..., list[Host]]:
    """Start hosts on the loopback device."""

    def start(bases: Sequence[Path], **more: str) -> list[Host]:
        port = str(container.free_port())
        meeting = {"TRAINING_FIRST_HOST_ADDRESS": "127.0.0.1", "TRAINING_FIRST_HOST_PORT": port}
        return [
            Host(
                base,
                subprocess.Popen(
                    [image_python, "-m", "training_image", "train"],
                    cwd=ROOT,
                    env={"SAGEMAKER_BASE_DIR": str(base), **meeting, **more},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                ),
            )
            for base in bases
        ]

    return start


@pytest.fixture(scope="module")
def alone(
    lay_hosts: Callable[..., list[Path]], train: Callable[[Path], Result], rows: Rows
) -> Result:
    """The model of one host that has all rows."""
    (base,) = lay_hosts(rows, ("algo-1",))
    result = train(base)
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def together(
    lay_hosts: Callable[..., list[Path]], start: Callable[..., list[Host]], rows: Rows
) -> list[Result]:
    """The same rows on three hosts."""
    results = [host.result() for host in start(lay_hosts(rows))]
    assert [one.exit_code for one in results] == [0, 0, 0], results[0].output
    return results


@pytest.fixture
def endless(
    lay_hosts: Callable[..., list[Path]], start: Callable[..., list[Host]], rows: Rows
) -> Iterator[list[Host]]:
    """Three hosts that grow trees together and go on for longer than any test."""
    hosts = start(lay_hosts(rows[:6000], **ENDLESS), TRAINING_SILENCE_SECONDS="3")
    for host in hosts:
        host.wait_for("rows train=")
    yield hosts
    for host in hosts:
        host.process.kill()
        host.process.communicate()


def predictions(result: Result) -> list[float]:
    """Return what a model says of the test rows."""
    with (result.base / "model/predictions.csv").open() as stream:
        return [float(row["prediction"]) for row in csv.DictReader(stream)]


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something to hold."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)


def lines_of(result: Result, start: str) -> list[str]:
    """Return the lines of a log that begin so."""
    return [line for line in result.output.splitlines() if line.startswith(start)]


def test_three_hosts_teach_the_model_of_one(alone: Result, together: list[Result]) -> None:
    first = together[0]

    assert predictions(first) == pytest.approx(predictions(alone), abs=TOLERANCE)
    ours, theirs = (one.document("evaluation.json") for one in (first, alone))
    assert ours["rows"] == theirs["rows"] == {"train": 201_000, "validation": 1500, "test": 1500}
    assert ours["metrics"]["rmse"]["value"] == pytest.approx(theirs["metrics"]["rmse"]["value"])
    assert [*ours["trained"]] == [*theirs["trained"], "hosts"]


def test_where_hosts_cut_and_draw_otherwise_the_error_is_that_of_one(
    lay_hosts: Callable[..., list[Path]],
    start: Callable[..., list[Host]],
    train: Callable[[Path], Result],
    rows: Rows,
) -> None:
    chance = random.Random(4)  # noqa: S311 - no secret
    measured = [
        [word, f"{float(one) + chance.random() + 51:.4f}", other, target]
        for word, one, other, target in rows
    ]
    settings = {"subsample": 0.8, "rounds": 40}

    (one,) = (train(base) for base in lay_hosts(measured, ("algo-1",), **settings))
    first, *_ = (host.result() for host in start(lay_hosts(measured, **settings)))

    ours, theirs = (
        found.document("evaluation.json")["metrics"]["rmse"]["value"] for found in (first, one)
    )
    assert ours == pytest.approx(theirs, rel=ERROR_TOLERANCE)


def test_the_first_host_alone_writes_and_measures(together: list[Result]) -> None:
    files = [sorted(one.name for one in (host.base / "model").glob("*")) for host in together]

    assert "model.onnx" in files[0]
    assert files[1:] == [[], []]
    assert [len(lines_of(one, "metric rmse")) for one in together] == [3, 0, 0]
    assert lines_of(together[0], "trees ")
    assert [lines_of(one, "trees ") for one in together] == [lines_of(together[0], "trees ")] * 3


@pytest.mark.parametrize(
    "settings",
    [
        {"algorithm": "ensemble", "trials": 2, "subsample": 0.8, "early_stopping_rounds": 3},
        {"objective": "binary", "class_weights": "balanced", "trials": 2},
    ],
    ids=["ensemble", "binary"],
)
def test_the_same_rows_on_as_many_hosts_give_the_same_bytes(
    settings: dict[str, Any],
    lay_hosts: Callable[..., list[Path]],
    start: Callable[..., list[Host]],
    rows: Rows,
) -> None:
    target = "sex" if "objective" in settings else "rings"

    both = [
        [host.result() for host in start(lay_hosts(rows[:6000], target=target, **settings))]
        for _ in range(2)
    ]

    models = [(first.base / "model/model.onnx").read_bytes() for first, *_ in both]
    assert models[0] == models[1]
    assert both[0][0].document("evaluation.json")["trained"]["sampled"]["train"] == 3000


def test_a_host_that_is_lost_ends_the_job_and_is_named(endless: list[Host]) -> None:
    first, lost, other = endless

    lost.process.kill()
    results = [host.result() for host in (first, other)]

    assert [one.exit_code for one in results] == [1, 1]
    reason = (
        "host algo-2 was lost: its connection broke, or it said nothing any more; "
        "run the job again, or lower training.instance_count"
    )
    assert [one.failure for one in results] == [reason, reason]


def test_a_first_host_that_is_lost_ends_the_job_and_is_named(endless: list[Host]) -> None:
    lost, *others = endless

    lost.process.kill()
    results = [host.result() for host in others]

    assert [one.exit_code for one in results] == [1, 1]
    assert all(one.failure.startswith("host algo-1 was lost") for one in results)


def test_a_host_that_falls_silent_is_lost(endless: list[Host]) -> None:
    first, silent, other = endless

    silent.process.send_signal(signal.SIGSTOP)
    results = [host.result() for host in (first, other)]

    assert all(one.failure.startswith("host algo-2 was lost") for one in results)


def test_a_training_that_is_killed_ends_the_job_on_all_hosts(endless: list[Host]) -> None:
    (training,) = endless[2].children()

    os.kill(training, signal.SIGKILL)
    results = [host.result() for host in endless]

    assert [one.exit_code for one in results] == [1, 1, 1]
    assert {one.failure for one in results} == {
        "host algo-3 was ended by SIGKILL; "
        "if memory ran out, choose a larger training.instance_type"
    }


def test_a_training_ends_with_its_watch(endless: list[Host]) -> None:
    (training,) = endless[1].children()

    endless[1].process.kill()
    for host in endless:
        host.result()

    assert not Path(f"/proc/{training}/exe").exists()


def test_hosts_that_are_stopped_say_so_as_one_does(endless: list[Host]) -> None:
    for host in endless:
        host.process.terminate()

    results = [host.result() for host in endless]

    assert [one.exit_code for one in results] == [143, 143, 143]
    assert not any((one.base / "output/failure").exists() for one in results)


def test_a_host_that_never_comes_is_named(
    lay_hosts: Callable[..., list[Path]], start: Callable[..., list[Host]], rows: Rows
) -> None:
    bases = lay_hosts(rows[:6000])

    results = [host.result() for host in start(bases[:2], TRAINING_WAIT_SECONDS="2")]

    assert [one.exit_code for one in results] == [1, 1]
    assert {one.failure for one in results} == {
        "host algo-3 did not come within 2 seconds; run the job again, or lower "
        "training.instance_count"
    }


def test_a_first_host_that_never_comes_is_named(
    lay_hosts: Callable[..., list[Path]], start: Callable[..., list[Host]], rows: Rows
) -> None:
    bases = lay_hosts(rows[:6000])

    (result, _) = [host.result() for host in start(bases[1:], TRAINING_WAIT_SECONDS="1")]

    assert result.failure.startswith("host algo-1 could not be reached at 127.0.0.1:")


def test_what_is_wrong_with_the_rows_of_one_host_is_told_by_all(
    lay_hosts: Callable[..., list[Path]], start: Callable[..., list[Host]], rows: Rows
) -> None:
    bases = lay_hosts(rows[:6000])
    next((bases[1] / "input/data/train").rglob("*.csv")).write_text("")

    results = [host.result() for host in start(bases)]

    reason = (
        "host 2 of 3 got no rows of the train split; upload more raw files, or lower "
        "training.instance_count in the model "
        "file: each host needs a part with rows"
    )
    told = f"host algo-2 failed: {reason}"
    assert [one.failure for one in results] == [told, reason, told]


def test_hosts_that_were_all_given_the_same_rows_are_refused(
    lay_hosts: Callable[..., list[Path]], start: Callable[..., list[Host]], rows: Rows
) -> None:
    bases = lay_hosts(rows[:6000])
    for base in bases:
        channels = {"train": {"S3DistributionType": "FullyReplicated"}}
        (base / "input/config/inputdataconfig.json").write_text(json.dumps(channels))

    results = [host.result() for host in start(bases)]

    reason = (
        "each host has all rows of the train split, not a share of them; found the distribution"
    )
    assert all(f"{reason} FullyReplicated" in one.failure for one in results)


def test_a_job_that_was_interrupted_teaches_the_same_model(
    lay_hosts: Callable[..., list[Path]], start: Callable[..., list[Host]], rows: Rows
) -> None:
    def lay() -> list[Path]:
        bases = lay_hosts(rows[:6000], rounds=200, early_stopping_rounds=200)
        for base in bases:
            (base / "checkpoints").mkdir()
        return bases

    whole, bases = [host.result() for host in start(lay())], lay()
    hosts = start(bases)
    kept = bases[0] / "checkpoints/trial-0.json"
    wait_until(kept.exists)
    for host in hosts:
        host.process.terminate()
    stopped = [host.result() for host in hosts]
    again = [host.result() for host in start(bases)]

    assert [one.exit_code for one in stopped] == [143, 143, 143]
    assert "trial 1 goes on after round" in again[0].output
    models = [(one.base / "model/model.onnx").read_bytes() for one in (whole[0], again[0])]
    assert models[0] == models[1]
    assert [[*(base / "checkpoints").iterdir()] for base in bases[1:]] == [[], []]


def test_a_host_that_does_not_know_itself_says_why(
    lay_hosts: Callable[..., list[Path]], train: Callable[[Path], Result], rows: Rows
) -> None:
    (base,) = lay_hosts(rows[:6000], ("algo-1",))
    (base / "input/config/resourceconfig.json").write_text("{}")

    result = train(base)

    assert result.exit_code == 1
    assert result.failure.startswith("resourceconfig.json does not say which host this is")
