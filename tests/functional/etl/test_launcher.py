"""The job as Glue runs it: the launcher, its code in a zip, objects in S3, raw ones by version."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from etl.ranges import RANGE_BYTES
from tests.functional.etl.lake import ABALONE_CONTRACT

if TYPE_CHECKING:
    from twin.cloud import Cloud

ROOT = Path(__file__).parents[3]
PREFIX = "datasets/abalone/0123456789abcdef"


@dataclass
class Account:
    """A data bucket with versions, an artifact bucket, and a request for what was put."""

    cloud: Cloud
    folder: Path

    def create(self) -> Account:
        """Make the buckets."""
        s3 = self.cloud.client("s3")
        for bucket in ("data", "artifacts"):
            s3.create_bucket(Bucket=bucket)
        versioned = {"Status": "Enabled"}
        s3.put_bucket_versioning(Bucket="data", VersioningConfiguration=versioned)
        return self

    def put(self, content: bytes) -> dict[str, Any]:
        """Put the raw object and return it as a source."""
        key = "raw/abalone/abalone.csv"
        answer = self.cloud.client("s3").put_object(Bucket="data", Key=key, Body=content)
        version = answer["VersionId"]
        return {"bucket": "data", "key": key, "version_id": version, "size": len(content)}

    def request(self, source: dict[str, Any]) -> str:
        """Put the request and return its address."""
        request = {
            "format": 1,
            "model": "abalone",
            "dataset_id": "0123456789abcdef",
            "etl_tree": "a" * 40,
            "artifact_bucket": "artifacts",
            "sources": [source],
            "contract": ABALONE_CONTRACT,
        }
        key = f"{PREFIX}/request.json"
        body = json.dumps(request).encode()
        self.cloud.client("s3").put_object(Bucket="artifacts", Key=key, Body=body)
        return f"s3://artifacts/{key}"

    def launch(self, uri: str) -> subprocess.CompletedProcess[str]:
        """Run the launcher with the zip on its path, as Glue does."""
        code = self.folder / "etl.zip"
        with zipfile.ZipFile(code, "w") as archive:
            for path in sorted((ROOT / "etl").rglob("*.py")):
                archive.write(path, path.relative_to(ROOT))
        environment = {
            "PYTHONPATH": str(code),
            "AWS_ENDPOINT_URL": self.cloud.url,
            "AWS_DEFAULT_REGION": self.cloud.region,
            "AWS_ACCESS_KEY_ID": "job",
            "AWS_SECRET_ACCESS_KEY": "job",
        }
        script = self.folder / "launcher.py"
        script.write_bytes((ROOT / "etl" / "launcher.py").read_bytes())
        argv = [sys.executable, str(script), "--JOB_NAME", "etl", "--request_uri", uri]
        return subprocess.run(argv, env=environment, check=False, capture_output=True, text=True)

    def read(self, key: str) -> bytes:
        """Return an artifact."""
        return self.cloud.client("s3").get_object(Bucket="artifacts", Key=key)["Body"].read()

    def artifacts(self) -> list[str]:
        """Return the keys of all artifacts."""
        listed = self.cloud.client("s3").list_objects_v2(Bucket="artifacts")["Contents"]
        return [item["Key"] for item in listed]


@pytest.fixture
def account(cloud: Cloud, tmp_path: Path) -> Account:
    """Return an account with its buckets."""
    return Account(cloud, tmp_path).create()


def test_a_run_reads_the_version_that_was_asked_for(account: Account, abalone: bytes) -> None:
    uri = account.request(account.put(abalone))
    account.put(b"replaced\n")

    done = account.launch(uri)

    assert done.returncode == 0, done.stderr
    manifest = json.loads(account.read(f"{PREFIX}/manifest.json"))
    assert manifest["rows"]["read"] == 4177
    for files in manifest["parts"][0]["files"].values():
        assert [len(account.read(file["key"])) for file in files] == [
            file["bytes"] for file in files
        ]


@pytest.mark.parametrize("change", ["replaced", "deleted"])
def test_an_object_that_changes_during_a_run_is_told(
    account: Account, abalone: bytes, change: str
) -> None:
    source = account.put(abalone)
    uri = account.request(source)
    if change == "replaced":
        current = account.put(b"replaced\n")["version_id"]
    else:
        account.cloud.client("s3").delete_object(Bucket="data", Key=source["key"])
        current = "none, it was deleted"

    done = account.launch(uri)

    assert f"changed during the run: current is {current}, this dataset has" in done.stdout


def test_an_object_of_several_ranges_is_read_whole(account: Account, abalone: bytes) -> None:
    copies = 1 + RANGE_BYTES // len(abalone)

    done = account.launch(account.request(account.put(abalone * copies)))

    assert done.returncode == 0, done.stderr
    assert json.loads(account.read(f"{PREFIX}/manifest.json"))["rows"]["read"] == 4177 * copies


def test_the_log_tells_the_progress_in_a_few_lines(account: Account, abalone: bytes) -> None:
    done = account.launch(account.request(account.put(abalone)))

    lines = done.stdout.splitlines()
    assert lines[:2] == [
        "dataset 0123456789abcdef of abalone, code -",
        "1 raw objects, 1 of them new",
    ]
    assert (
        lines[2] == "engine: duckdb (0.2 MB are new and can be divided, DuckDB takes up to 20 GB)"
    )
    assert lines[4].startswith("raw/abalone/abalone.csv: 4,177 rows, 0.2 MB, ")
    assert lines[5:] == [
        "rows: train 2,932, validation 622, test 623, quarantine 0",
        f"wrote s3://artifacts/{PREFIX}/manifest.json",
    ]


@pytest.mark.parametrize(
    ("content", "last_line"),
    [
        (b"", "raw/abalone/abalone.csv: holds no lines; upload the file again, whole"),
        (
            b"X,1,1,1,1,1,1,1,1\n",
            "abalone: every row is invalid; found 1 of 1 rows (100.0%): sex: not one of M, F, I "
            "(1 row, such as 'X,1,1,1,1,1,1,1,1' in record 1 of abalone.csv); expected at most 5% "
            "(data.max_quarantine); mend the file or the contract; all invalid rows are in "
            "s3://artifacts/datasets/abalone/parts/PART/quarantine/part-00000.csv",
        ),
    ],
)
def test_a_refusal_is_the_last_line_and_leaves_no_dataset(
    account: Account, content: bytes, last_line: str
) -> None:
    done = account.launch(account.request(account.put(content)))

    assert done.returncode == 1
    assert re.sub("parts/[0-9a-f]{16}", "parts/PART", done.stderr).splitlines() == [last_line]
    assert f"{PREFIX}/manifest.json" not in account.artifacts()


def test_a_version_that_is_gone_is_named(account: Account, abalone: bytes) -> None:
    source = account.put(abalone)
    uri = account.request(source)
    account.cloud.client("s3").delete_object(
        Bucket="data", Key=source["key"], VersionId=source["version_id"]
    )

    done = account.launch(uri)

    assert f"cannot read version {source['version_id']} of the object" in done.stderr
    assert done.stderr.startswith("s3://data/raw/abalone/abalone.csv: ")


def test_a_run_without_a_request_says_so(account: Account) -> None:
    done = account.launch(f"s3://artifacts/{PREFIX}/request.json")

    assert done.returncode == 1
    assert done.stderr.startswith(f"s3://artifacts/{PREFIX}/request.json: cannot read the object")
