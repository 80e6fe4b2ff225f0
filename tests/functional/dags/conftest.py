"""DAGs folders as staging and Pulumi fill them, and Airflow in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Importing Airflow makes its home folder, by default in the person's own.
os.environ.setdefault(  # noqa: TID251  # has to be set before anything imports Airflow
    "AIRFLOW_HOME", tempfile.mkdtemp(prefix="airflow-home-")
)

from staging.archives import dag_zip
from tests.unit.dags import builders

if TYPE_CHECKING:
    from collections.abc import Mapping

PROGRAM = Path(__file__).parent / "airflow_program.py"
SOUND = json.dumps(builders.stack_document())


def fill(
    folder: Path, settings: str | None = SOUND, models: Mapping[str, bytes] | None = None
) -> Path:
    """Fill a DAGs folder: the settings, and the zip with the repository's models and more."""
    file = folder / "settings" / "stack.json"
    file.parent.mkdir(parents=True)
    if settings is not None:
        file.write_text(settings)
    (folder / "retrain.zip").write_bytes(dag_zip({**repository_files(), **(models or {})}))
    return folder


def repository_files() -> dict[str, bytes]:
    """Return the files of the packages in the zip, by their path in the repository."""
    folders = (builders.ROOT / "dags", builders.ROOT / "models")
    return {
        str(file.relative_to(builders.ROOT)): file.read_bytes()
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.suffix in (".py", ".yaml")
    }


def airflow(home: Path, *arguments: str, **environment: str) -> list[dict[str, Any]]:
    """Run one of the programs in an environment that holds nothing of this process."""
    ended = subprocess.run(
        [sys.executable, "-P", str(PROGRAM), *arguments],
        env={
            "PATH": os.defpath,
            "HOME": str(home),
            "AIRFLOW_HOME": str(home / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            **environment,
        },
        cwd=home,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr[-4000:]
    return json.loads(ended.stdout.splitlines()[-1])
