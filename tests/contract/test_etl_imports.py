"""What the ETL's pure core needs to be imported: nothing that Glue would have to bring."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import etl.job, etl.sql, etl.summary, etl.quality, etl.manifest, etl.layout, etl.text
import etl.engines, etl.storage
print(sorted({name.partition(".")[0] for name in sys.modules} & set(sys.argv[2:])))
"""

HEAVY = ("boto3", "botocore", "duckdb", "pyspark", "awsglue", "numpy", "pandas", "pyarrow")


def test_the_job_imports_in_a_clean_interpreter_without_any_library() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", PROGRAM, str(ROOT), *HEAVY],
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.stderr == ""
    assert done.stdout.strip() == "[]"
