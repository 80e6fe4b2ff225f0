"""The two zips that are staged; equal files give equal bytes."""

import io
import zipfile
from collections.abc import Mapping
from typing import Final

from models.load import load_models
from models.schema import Model
from staging.errors import StagingError

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The zip format's first date: time would make equal files differ."""

_FILE_MODE: Final = 0o644 << 16

DAG_ENTRY: Final = "dags/entry.py"
"""Stands at the root of the DAG zip as `retrain.py`: Airflow looks for DAGs there alone."""


def etl_zip(files: Mapping[str, bytes]) -> bytes:
    """Pack the package that Glue puts on its path."""
    _check_syntax(files)
    return pack(files)


def dag_zip(files: Mapping[str, bytes]) -> bytes:
    """Pack the packages `dags` and `models` beside the entry file, all in one object.

    Airflow reads either the old files or the new ones, never half of a push.
    """
    if DAG_ENTRY not in files:
        raise StagingError(
            "the DAG files have no entry",
            resource=DAG_ENTRY,
            found=", ".join(path for path in files if path.startswith("dags/"))
            or "no dags/ at all",
            expected=f"a file {DAG_ENTRY} that makes one DAG a model",
        )
    _check_syntax(files)
    return pack({"retrain.py": files[DAG_ENTRY], **files})


def read_models(dag_archive: bytes) -> dict[str, Model]:
    """Load the models that a DAG zip holds, as Airflow will.

    Raises:
        ModelFileError: a model file is broken; the problems of all files together.
    """
    with zipfile.ZipFile(io.BytesIO(dag_archive)) as archive:
        return load_models(zipfile.Path(archive, "models/"))


def pack(files: Mapping[str, bytes]) -> bytes:
    """Zip files, in alphabetical order and without a trace of time or place."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            member = zipfile.ZipInfo(path, date_time=_EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = _FILE_MODE
            archive.writestr(member, files[path])
    return buffer.getvalue()


def _check_syntax(files: Mapping[str, bytes]) -> None:
    """Refuse Python that does not compile: staged, it would break every model's DAG or run."""
    for path, content in files.items():
        if not path.endswith(".py"):
            continue
        try:
            compile(content, path, "exec")
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None)
            raise StagingError(
                "a Python file does not compile",
                resource=f"{path}, line {line}" if line else path,
                found=str(error),
                expected="valid Python",
                do="mend the file and push again; nothing of this push was staged",
            ) from error
