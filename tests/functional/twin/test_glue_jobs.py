"""Glue job runs as processes: what a script gets, how it ends, what is logged and recorded."""

from __future__ import annotations

import gzip
import io
import json
import threading
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from twin.executors.glue_jobs import SHARED_LOGS, JobRunSpec, run_job
from twin.services import glue
from twin.timeline import Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin.cloud import Cloud
    from twin.executors.glue_jobs import JobRunResult

BUCKET = "artifacts"
OUTPUT_GROUP, ERROR_GROUP = f"{SHARED_LOGS}/output", f"{SHARED_LOGS}/error"
ROOT = Path(__file__).parents[3]
DATASET = "datasets/abalone/0123456789abcdef"
RAW_KEY = "raw/abalone/a.csv"


@pytest.fixture
def account(cloud: Cloud) -> Cloud:
    """Return an account with a role for Glue and the buckets."""
    s3 = cloud.client("s3")
    for bucket in (BUCKET, "data"):
        s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket="data", VersioningConfiguration={"Status": "Enabled"})
    statement = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}}
    trust = {"Version": "2012-10-17", "Statement": [statement | {"Action": "sts:AssumeRole"}]}
    cloud.client("iam").create_role(RoleName="etl", AssumeRolePolicyDocument=json.dumps(trust))
    return cloud


@pytest.fixture
def run(account: Cloud) -> Callable[..., JobRunResult]:
    """Return a function that runs a script as a job run."""

    def script(
        text: str,
        arguments: dict[str, str] | None = None,
        *,
        timeout_s: float = 30,
        stop: threading.Event | None = None,
        role: str = "etl",
    ) -> JobRunResult:
        put(account, "glue/script.py", text.encode())
        spec = JobRunSpec(
            job="etl",
            run_id="jr_1",
            script_uri=f"s3://{BUCKET}/glue/script.py",
            role_arn=f"arn:aws:iam::{account.account}:role/{role}",
            arguments=arguments or {},
            timeout_s=timeout_s,
        )
        return run_job(account, spec, stop or threading.Event())

    return script


def put(cloud: Cloud, key: str, body: bytes) -> str:
    cloud.client("s3").put_object(Bucket=BUCKET, Key=key, Body=body)
    return f"s3://{BUCKET}/{key}"


def package(**modules: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in modules.items():
            archive.writestr(f"{name}.py", text)
    return buffer.getvalue()


def logged(cloud: Cloud, group: str, stream: str = "jr_1") -> list[str]:
    events = cloud.client("logs").get_log_events(logGroupName=group, logStreamName=stream)
    return [event["message"] for event in events["events"]]


def test_a_script_gets_the_arguments_that_glue_does_not_take(
    account: Cloud, run: Callable[..., JobRunResult]
) -> None:
    arguments = {"--engine": "auto", "--job-language": "python", "--enable-metrics": ""}

    result = run("import sys; print(sys.argv[1:])", arguments)

    assert result.state == "SUCCEEDED"
    passed = ["--JOB_NAME", "etl", "--JOB_RUN_ID", "jr_1", "--engine", "auto", "--enable-metrics"]
    assert logged(account, OUTPUT_GROUP) == [str([*passed, ""])]


def test_modules_are_glue_s_to_install_and_not_the_scripts(
    account: Cloud, run: Callable[..., JobRunResult]
) -> None:
    wheel = put(account, "glue/x-1.0-py3-none-any.whl", b"")

    result = run("import sys; print(sys.argv[5:])", {"--additional-python-modules": wheel})

    assert result.state == "SUCCEEDED"
    assert logged(account, OUTPUT_GROUP) == ["[]"]


def test_a_module_that_is_missing_is_a_launch_error(run: Callable[..., JobRunResult]) -> None:
    missing = f"s3://{BUCKET}/glue/x-1.0-py3-none-any.whl"

    result = run("", {"--additional-python-modules": missing})

    assert result.state == "FAILED"
    assert "glue/x-1.0-py3-none-any.whl" in result.message


def test_libraries_of_the_run_can_be_imported(
    account: Cloud, run: Callable[..., JobRunResult]
) -> None:
    one = put(account, "code/one.zip", package(one="A = 1"))
    two = put(account, "other/one.zip", package(two="B = 2"))

    result = run("import one, two; print(one.A + two.B)", {"--extra-py-files": f"{one}, {two}"})

    assert result.state == "SUCCEEDED"
    assert logged(account, OUTPUT_GROUP) == ["3"]


def test_a_script_acts_as_the_job_s_role(account: Cloud, run: Callable[..., JobRunResult]) -> None:
    script = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"

    run(script)

    assert ":assumed-role/etl/" in logged(account, OUTPUT_GROUP)[0]


def test_the_last_line_on_stderr_is_the_error_message(
    account: Cloud, run: Callable[..., JobRunResult]
) -> None:
    script = "import sys; print('a', file=sys.stderr); print('b'); sys.exit('raw/a.csv: empty\\n')"

    result = run(script)

    assert (result.state, result.message) == ("FAILED", "raw/a.csv: empty")
    assert logged(account, OUTPUT_GROUP) == ["b"]
    assert [line for line in logged(account, ERROR_GROUP) if line.strip()] == [
        "a",
        "raw/a.csv: empty",
    ]


def test_a_process_that_says_nothing_fails_with_its_exit_code(
    run: Callable[..., JobRunResult],
) -> None:
    assert run("import os; os._exit(3)").message == "exit code 3, nothing on stderr"


def test_a_run_that_takes_too_long_is_ended(run: Callable[..., JobRunResult]) -> None:
    result = run("import time; time.sleep(60)", timeout_s=0.3)

    assert result.state == "TIMEOUT"
    assert "exceeded its timeout of 0.005 minutes" in result.message


def test_a_run_can_be_stopped(run: Callable[..., JobRunResult]) -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()

    assert run("import time; time.sleep(60)", stop=stop).state == "STOPPED"


def test_a_library_that_is_not_there_fails_the_run_by_name(
    account: Cloud, run: Callable[..., JobRunResult]
) -> None:
    result = run("", {"--extra-py-files": f"s3://{BUCKET}/code/gone.zip"})

    assert result.state == "FAILED"
    assert f"bucket: {BUCKET}, key: code/gone.zip" in result.message
    assert logged(account, ERROR_GROUP) == [result.message]


def test_a_role_that_is_gone_fails_the_run(run: Callable[..., JobRunResult]) -> None:
    result = run("", role="nobody")

    assert result.state == "FAILED"
    assert "the role does not exist" in result.message


def test_nothing_is_left_behind(account: Cloud, run: Callable[..., JobRunResult]) -> None:
    run("open('scratch', 'w').write('x')")

    assert list((account.workspace.run / "glue").iterdir()) == []


# ---- the ETL itself ------------------------------------------------------------------------------


@pytest.fixture
def etl(account: Cloud) -> Callable[..., dict[str, Any]]:
    """Return a function that starts the shipped ETL on an object and waits for the run's end."""
    glue.install(account)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        for path in sorted((ROOT / "etl").rglob("*.py")):
            archive.write(path, path.relative_to(ROOT))
    libraries = put(account, "code/c/etl.zip", code.getvalue())
    script = put(account, "glue/launcher.py", (ROOT / "etl" / "launcher.py").read_bytes())
    client = account.client("glue")
    client.create_job(
        Name="etl",
        Role="etl",
        Command={"Name": "glueetl", "ScriptLocation": script},
        DefaultArguments={"--engine": "auto", "--job-language": "python"},
        JobRunQueuingEnabled=True,
    )

    def start(content: bytes, key: str = RAW_KEY, **contract: object) -> dict[str, Any]:
        arguments = {
            "--request_uri": put_request(account, content, key, contract),
            "--extra-py-files": libraries,
            "--run_id": "push-0123456789ab",
        }
        run_id = client.start_job_run(JobName="etl", Arguments=arguments)["JobRunId"]
        for _ in range(500):
            found = client.get_job_run(JobName="etl", RunId=run_id)["JobRun"]
            if found["JobRunState"] in ("SUCCEEDED", "FAILED"):
                return found
            time.sleep(0.02)
        pytest.fail("the run does not end")

    return start


def put_request(cloud: Cloud, content: bytes, key: str, contract: dict[str, object]) -> str:
    raw = cloud.client("s3").put_object(Bucket="data", Key=key, Body=content)
    number = {"kind": "numeric", "nullable": False, "min": 0, "max": 100}
    request = {
        "format": 1,
        "model": "abalone",
        "dataset_id": "0123456789abcdef",
        "etl_tree": "a" * 40,
        "artifact_bucket": BUCKET,
        "sources": [
            {
                "bucket": "data",
                "key": key,
                "version_id": raw["VersionId"],
                "size": len(content),
            }
        ],
        "contract": {
            "format": {"type": "csv", "delimiter": ",", "header": False},
            "columns": [{"name": name, **number} for name in ("length", "rings")],
            "target": "rings",
            "split": {"train": 0.4, "validation": 0.3, "test": 0.3},
            "max_quarantine": 0.05,
            "min_test_rows": 1,
            **contract,
        },
    }
    return put(cloud, f"{DATASET}/request.json", json.dumps(request).encode())


def test_a_run_of_the_etl_leaves_a_dataset_and_says_how_many_rows(
    account: Cloud, etl: Callable[..., dict[str, Any]]
) -> None:
    rows = "".join(f"{number},{number % 29}\n" for number in range(99)) + "101,1\n"

    run = etl(rows.encode())

    assert run["JobRunState"] == "SUCCEEDED"
    entries = [entry for entry in account.timeline.entries() if entry.step is Step.ETL]
    assert [(entry.state, entry.run, entry.fact) for entry in entries] == [
        ("started", "push-0123456789ab", ""),
        ("succeeded", "push-0123456789ab", "abalone: 100 rows, 1 in quarantine"),
    ]
    assert entries[1].log == f"{OUTPUT_GROUP}/{run['Id']}"


def test_a_run_of_the_etl_reads_text_of_every_form_that_a_contract_declares(
    account: Cloud, etl: Callable[..., dict[str, Any]]
) -> None:
    rows = "".join(f"{number};'weiß\r\nund ''rot''';{number % 29}\r\n" for number in range(100))
    content = gzip.compress(rows.encode("windows-1252"))
    form = {"type": "csv", "delimiter": ";", "quote": "'", "header": False}
    number = {"kind": "numeric", "nullable": False, "min": 0, "max": 100}
    colour = {"name": "colour", "kind": "categorical", "values": ["weiß\nund 'rot'"]}

    run = etl(
        content,
        "raw/abalone/größe *[neu] 100%+?.csv.gz",
        format={**form, "encoding": "windows-1252", "quoted_newlines": True},
        columns=[{"name": "length", **number}, colour, {"name": "rings", **number}],
    )

    assert run["JobRunState"] == "SUCCEEDED", run
    assert account.timeline.entries()[-1].fact == "abalone: 100 rows, 0 in quarantine"


def test_a_run_of_the_etl_reads_json_lines(
    account: Cloud, etl: Callable[..., dict[str, Any]]
) -> None:
    lines = (f'{{"Rings": {number % 29}, "length": "{number}"}}\n' for number in range(100))

    run = etl(
        gzip.compress("".join(lines).encode()), "raw/abalone/a.jsonl.gz", format={"type": "jsonl"}
    )

    assert run["JobRunState"] == "SUCCEEDED", run
    assert account.timeline.entries()[-1].fact == "abalone: 100 rows, 0 in quarantine"


def test_a_run_of_the_etl_reads_parquet(
    account: Cloud, etl: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    query = "select (i % 29)::int as rings, i::double / 4 as length from range(100) as numbers(i)"
    with duckdb.connect(config={"threads": 1}) as database:
        database.execute(f"copy ({query}) to '{tmp_path / 'a'}' (format parquet, compression zstd)")

    run = etl((tmp_path / "a").read_bytes(), "raw/abalone/a.parquet", format={"type": "parquet"})

    assert run["JobRunState"] == "SUCCEEDED", run
    assert account.timeline.entries()[-1].fact == "abalone: 100 rows, 0 in quarantine"


def test_a_run_of_the_etl_that_is_asked_for_a_folder_says_so(
    etl: Callable[..., dict[str, Any]],
) -> None:
    run = etl(b"", "raw/abalone/")

    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith("raw/abalone/: this is the marker of a folder")


def test_a_run_of_the_etl_that_is_refused_fails_with_the_etl_s_words(
    account: Cloud, etl: Callable[..., dict[str, Any]]
) -> None:
    run = etl(b"")

    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].startswith("raw/abalone/a.csv: holds no lines")
    assert account.timeline.entries()[-1].fact == run["ErrorMessage"]
