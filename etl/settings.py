"""The job's arguments, read once."""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NoReturn, cast

from etl.errors import ArgumentsError

if TYPE_CHECKING:
    from collections.abc import Sequence

EngineChoice = Literal["auto", "duckdb", "spark"]
ENGINES: Final[tuple[EngineChoice, ...]] = ("auto", "duckdb", "spark")

DUCKDB_GB: Final = 20
"""Gigabytes of new raw data up to which `auto` takes DuckDB. Below, starting a cluster is thought
to cost more than it brings: docs/glue.md."""

_REQUEST_URI: Final = re.compile(r"(s3|file)://.+/request\.json")


@dataclass(frozen=True)
class Settings:
    """What one run of the job is told."""

    request_uri: str
    """Where the request lies: `s3://bucket/key`, or `file:///root/bucket/key` off AWS."""

    engine: EngineChoice = "auto"
    duckdb_gb: int = DUCKDB_GB
    """What `auto` goes by; the stack's setting. It changes no row, so no identity has it."""

    commit: str = ""
    """The commit that the code comes from; for the log alone."""

    def __post_init__(self) -> None:
        if not _REQUEST_URI.fullmatch(self.request_uri):
            raise ArgumentsError(
                "not the address of a request",
                where="--request_uri",
                found=repr(self.request_uri),
                expected="s3://<bucket>/datasets/<model>/<dataset_id>/request.json",
            )

    @classmethod
    def parse(cls, argv: Sequence[str] | None = None) -> Settings:
        """Read the arguments; those that Glue adds for itself are ignored.

        Raises:
            ArgumentsError: an argument is missing or has a value that is not allowed.
        """
        parser = _Parser(prog="etl", allow_abbrev=False, add_help=False)
        parser.add_argument("--request_uri", required=True)
        parser.add_argument("--engine", choices=ENGINES, default="auto")
        parser.add_argument("--duckdb_gb", type=int, default=DUCKDB_GB)
        parser.add_argument("--commit", default="")
        known, _ = parser.parse_known_args(sys.argv[1:] if argv is None else list(argv))
        return cls(
            request_uri=str(known.request_uri),
            engine=cast("EngineChoice", known.engine),
            duckdb_gb=int(known.duckdb_gb),
            commit=str(known.commit),
        )


class _Parser(argparse.ArgumentParser):
    """Raises where argparse would print its usage and exit, which Glue would show as a 2."""

    def error(self, message: str) -> NoReturn:
        raise ArgumentsError(message, where="arguments of the Glue job run")
