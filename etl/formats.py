"""What raw objects look like, as the ETL gets it from the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from etl.errors import RequestError
from etl.fields import one_of, take

FormatType = Literal["csv", "jsonl", "parquet"]
Output = Literal["csv", "parquet"]

FORMAT_TYPES: Final[tuple[FormatType, ...]] = ("csv", "jsonl", "parquet")
OUTPUTS: Final[tuple[Output, ...]] = ("csv", "parquet")
CODECS: Final = {
    "utf-8": "utf-8",
    "iso-8859-1": "iso8859_1",
    "iso-8859-15": "iso8859_15",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "windows-1252": "cp1252",
}
"""Python's name of each encoding; Java knows them by their own."""

_WHERE: Final = "contract.format"


@dataclass(frozen=True)
class Format:
    """What a raw object looks like. All fields but the type are about delimited text."""

    type: FormatType = "csv"
    delimiter: str = ","
    quote: str = '"'
    """One character; empty if there are no quotes."""

    header: bool = False
    encoding: str = "utf-8"
    quoted_newlines: bool = False
    """Whether fields in quotes may hold line ends."""

    @classmethod
    def from_json(cls, form: dict[str, Any]) -> Format:
        """Read the normalised section.

        Raises:
            RequestError: a field is missing or not understood.
        """
        kind = one_of(take(form, "type", _WHERE), FORMAT_TYPES, f"{_WHERE}.type")
        if kind != "csv":
            return cls(cast("FormatType", kind))
        quote = form.get("quote", '"')
        return cls(
            type="csv",
            delimiter=_character(take(form, "delimiter", _WHERE), "delimiter"),
            quote="" if quote == "none" else _character(quote, "quote"),
            header=bool(take(form, "header", _WHERE)),
            encoding=one_of(form.get("encoding", "utf-8"), tuple(CODECS), f"{_WHERE}.encoding"),
            quoted_newlines=bool(form.get("quoted_newlines", False)),
        )


def _character(value: object, field: str) -> str:
    if not isinstance(value, str) or len(value) != 1:
        raise RequestError("not one character", where=f"{_WHERE}.{field}", found=repr(value))
    return value
