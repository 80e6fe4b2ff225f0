"""Drafts a model of a file as a user does, and asks the ETL what it makes of that file under it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.load import load_model
from ops.draft.command import main
from tests.functional.etl.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from models.columns import Column
    from models.schema import Model


@dataclass
class Desk:
    """A folder with files, and one for model files."""

    root: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def models(self) -> Path:
        folder = self.root / "models"
        folder.mkdir(exist_ok=True)
        return folder

    def put(self, name: str, content: str | bytes) -> Path:
        """Write a file."""
        path = self.root / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def draft(self, file: Path, target: str, *more: str, name: str = "wine") -> str:
        """Draft a model that has to come of it, and return what is printed."""
        code = self._main(file, target, *more, name=name)
        printed = self.capsys.readouterr()
        assert code == 0, printed.err
        return printed.out

    def refuse(self, file: Path, target: str, *more: str, name: str = "wine") -> str:
        """Draft a model that cannot be, and return what is said of it."""
        code = self._main(file, target, *more, name=name)
        assert code == 1
        return self.capsys.readouterr().err

    def _main(self, file: Path, target: str, *more: str, name: str) -> int:
        given = ["--name", name, "--file", str(file), "--target", target, *more]
        return main(given, self.models)

    def model(self, name: str = "wine") -> Model:
        """Load what was written."""
        return load_model(self.models / f"{name}.yaml")

    def text(self, name: str = "wine") -> str:
        """Return what was written."""
        return (self.models / f"{name}.yaml").read_text(encoding="utf-8")

    def columns(self, name: str = "wine") -> dict[str, Column]:
        """Return the columns of what was written."""
        return {column.name: column for column in self.model(name).data.columns}

    def etl(self, file: Path, name: str = "wine") -> dict[str, Any]:
        """Run the ETL on the file under what was written, and return the dataset's manifest."""
        contract = self.model(name).to_json()["data"]
        return Lake(self.root, contract).put(file.name, file.read_bytes()).run()


def announced(printed: str) -> tuple[int, int]:
    """Return the rows in quarantine, and all rows."""
    found = re.search(r"quarantine: ([\d,]+) of ([\d,]+) rows", printed)
    assert found
    quarantine, read = (int(text.replace(",", "")) for text in found.groups())
    return quarantine, read


def announced_splits(printed: str) -> dict[str, int]:
    """Return the rows of each split."""
    counts = re.findall(r"([\d,]+) (train|validation|test)", printed.split("split: ")[1])
    return {name: int(count.replace(",", "")) for count, name in counts[:3]}
