"""Drafts a model file from a raw file: `make model NAME=wine FILE=wine.csv TARGET=quality`."""

from __future__ import annotations

import argparse
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Final, cast

from rich.console import Console
from rich.text import Text

from models.schema import is_model_name
from ops import terminal
from ops.draft.draft import Wish, draft
from ops.draft.rehearsal import rehearse
from ops.draft.rows import scratch
from ops.draft.table import show
from ops.draft.target import WANTED
from ops.draft.write import taken, write
from ops.errors import OpsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ops.draft.target import Wanted

ROOT: Final = Path(__file__).resolve().parents[2]
INTERRUPTED: Final = "interrupted: nothing was written. The same command begins anew."


def main(arguments: Sequence[str] | None = None, models: Path = ROOT / "models") -> int:
    """Write a model file and say what was decided; return the exit code."""
    parser = argparse.ArgumentParser(prog="make model", description=__doc__)
    parser.add_argument("--name", default="", help="the model's name, as in models/<name>.yaml")
    parser.add_argument("--file", default="", help="CSV, JSON Lines or Parquet")
    parser.add_argument("--target", default="", help="the column that is to be predicted")
    parser.add_argument("--kind", default="", help="what the target is: number or label")
    parser.add_argument("--columns", default="", help="names for a file without a header")
    given = parser.parse_args(arguments)
    named = [name for name in given.columns.split(",") if name]
    wish = Wish(given.target, cast("Wanted", given.kind), named)
    return terminal.run("model", lambda: _draft(given.name, given.file, wish, models), INTERRUPTED)


def _draft(name: str, file: str, wish: Wish, models: Path) -> None:
    _require_free(name, models)
    if not file:
        raise OpsError(
            "a draft of which file?",
            found="FILE=",
            expected="a file of rows: CSV, JSON Lines or Parquet",
            do=f"name one: make model NAME={name} FILE={name}.csv TARGET=...",
        )
    if wish.kind not in WANTED:
        raise OpsError(
            "the target is what?",
            found=f"KIND={wish.kind}",
            expected="number or label; or nothing, and the file decides",
            do="leave KIND out, or say KIND=label",
        )
    with scratch() as lent:
        path = Path(file).expanduser()
        drafted = rehearse(name, draft(path, wish, lent), path, lent[0])
        written = write(name, drafted, models, lent[0])
    console = Console(highlight=False, soft_wrap=True)
    show(console, drafted)
    console.print(Text(f"wrote models/{written.name}; read its comments", style="green"))
    upload = f"make upload MODEL={name} FILE={quote(file)}"
    console.print(Text(f"next, while `make up` runs: make push && {upload}"))


def _require_free(name: str, models: Path) -> None:
    """Refuse a name that cannot be, before a large file is read for nothing."""
    if not is_model_name(name):
        raise OpsError(
            "what is the model called?",
            found=f"NAME={name}",
            expected="small letters, digits and inner hyphens, at most 30",
            do="for example: make model NAME=wine FILE=wine.csv TARGET=quality",
        )
    path = models / f"{name}.yaml"
    if path.exists():
        raise taken(path)
