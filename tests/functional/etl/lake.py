"""A lake for tests: raw objects and a request in folders, as `file://` addresses have them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from etl.job import run
from etl.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from etl.settings import EngineChoice

Document = dict[str, Any]

DATASET = "0123456789abcdef"
PREFIX = f"datasets/sample/{DATASET}"
PARTS = "datasets/sample/parts"

ABALONE_CONTRACT: Document = {
    "format": {"type": "csv", "delimiter": ",", "header": False},
    "columns": [
        {"name": "sex", "kind": "categorical", "nullable": False, "values": ["M", "F", "I"]},
        *(
            {"name": name, "kind": "numeric", "nullable": False, "min": 0, "max": 3}
            for name in ("length", "diameter", "height", "whole", "shucked", "viscera", "shell")
        ),
        {"name": "rings", "kind": "integer", "nullable": False, "min": 1, "max": 40},
    ],
    "target": "rings",
    "split": {"train": 0.7, "validation": 0.15, "test": 0.15},
    "max_quarantine": 0.05,
    "min_test_rows": 1,
}

WINE_CONTRACT: Document = {
    "format": {"type": "csv", "delimiter": ";", "header": True},
    "columns": [
        {
            "name": "colour",
            "kind": "categorical",
            "values": ["red", "dark red", 'it\'s \\ odd, "q"'],
        },
        {"name": "quality", "kind": "integer", "min": 0, "max": 10},
        {"name": "free_so2", "kind": "numeric", "min": None, "max": None, "nullable": True},
        {"name": "select", "kind": "categorical", "values": ["${x}", "{y}"], "nullable": True},
    ],
    "target": "quality",
    "split": {"train": 0.5, "validation": 0.25, "test": 0.25},
    "max_quarantine": 0.9,
    "min_test_rows": 1,
}


@dataclass
class Lake:
    """Raw objects and a request in folders, as `file://` addresses have them."""

    root: Path
    contract: Document
    sources: list[Document] = field(default_factory=list[Document])
    refusal: str = ""
    """What a job in another process said of it, if it was refused."""

    def put(self, name: str, content: str | bytes) -> Lake:
        """Add a raw object."""
        data = content.encode() if isinstance(content, str) else content
        key = f"raw/sample/{name}"
        path = self.root / "data" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        version = hashlib.sha256(data).hexdigest()[:8]
        source = {"bucket": "data", "key": key, "version_id": version, "size": len(data)}
        self.sources.append(source)
        return self

    def request(self) -> str:
        """Write the request and return its address."""
        path = self.root / "artifacts" / PREFIX / "request.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        document = {
            "format": 1,
            "model": "sample",
            "dataset_id": DATASET,
            "etl_tree": "a" * 40,
            "artifact_bucket": "artifacts",
            "sources": self.sources,
            "contract": self.contract,
        }
        path.write_text(json.dumps(document))
        return path.as_uri()

    def read_request(self) -> bytes:
        """Return the request as the job reads it."""
        self.request()
        return (self.root / "artifacts" / PREFIX / "request.json").read_bytes()

    def run(self, engine: EngineChoice = "duckdb") -> Document:
        """Run the job in this process and return the manifest."""
        run(Settings(self.request(), engine))
        return self.manifest()

    def manifest(self) -> Document:
        """Return the dataset's manifest."""
        return json.loads(self.text("manifest.json"))

    def forget(self) -> None:
        """Remove the manifest: the dataset does not exist any more."""
        (self.root / "artifacts" / PREFIX / "manifest.json").unlink()

    def text(self, name: str) -> str:
        """Return an object of the dataset."""
        return (self.root / "artifacts" / PREFIX / name).read_text(encoding="utf-8")

    def parts(self) -> list[Document]:
        """Return the parts of the dataset, or if it was refused those that there are."""
        if (self.root / "artifacts" / PREFIX / "manifest.json").exists():
            return self.manifest()["parts"]
        found = (self.root / "artifacts" / PARTS).glob("*/part.json")
        return [json.loads(path.read_bytes()) for path in sorted(found)]

    def lines(self, destination: str) -> list[str]:
        """Return the lines that one destination got, in the order of the parts."""
        parts = self.parts()
        keys = [file["key"] for part in parts for file in part["files"][destination]]
        texts = [(self.root / "artifacts" / key).read_bytes().decode() for key in keys]
        return [line for text in texts for line in text.removesuffix("\n").split("\n") if text]

    def rows(self) -> list[str]:
        """Return the lines of all splits."""
        return [line for name in ("train", "validation", "test") for line in self.lines(name)]

    def objects(self) -> dict[str, bytes]:
        """Return everything that the job wrote, by key."""
        folder = self.root / "artifacts"
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
