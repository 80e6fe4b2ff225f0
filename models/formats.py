"""What raw files look like: delimited text, JSON Lines or Parquet."""

import re
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from models.fields import Fields

FormatType = Literal["csv", "jsonl", "parquet"]
Encoding = Literal[
    "utf-8", "iso-8859-1", "iso-8859-15", "windows-1250", "windows-1251", "windows-1252"
]

FORMAT_TYPES: Final[tuple[FormatType, ...]] = ("csv", "jsonl", "parquet")
ENCODINGS: Final[tuple[Encoding, ...]] = (
    "utf-8",
    "iso-8859-1",
    "iso-8859-15",
    "windows-1250",
    "windows-1251",
    "windows-1252",
)
"""All have ASCII's line ends, delimiters and quotes as the same single bytes."""

NO_QUOTE: Final = "none"
OUTPUTS: Final = ("csv", "parquet")

_DELIMITER: Final = re.compile(r"[,;|:~^!#$%&*/<=>?@ \t]")
_QUOTE: Final = re.compile(r"[\"'`|~^$%*/]")


@dataclass(frozen=True)
class Format:
    """What the raw file looks like. All fields but the type are about delimited text."""

    type: FormatType
    delimiter: str = ","
    quote: str = '"'
    """What fields may stand in, doubled inside of them; `none` if it is text like any other."""

    header: bool = False
    encoding: Encoding = "utf-8"
    quoted_newlines: bool = False
    """Whether a field in quotes may hold line ends. It costs: such a file cannot be divided."""

    def to_json(self) -> dict[str, Any]:
        """The format as the ETL gets it and as identities hash it."""
        return dict(vars(self)) if self.type == "csv" else {"type": self.type}


def read_raw_format(fields: Fields) -> Format:
    """The section `format` of the data section."""
    kind = cast("FormatType", fields.choice("type", FORMAT_TYPES, default="csv"))
    known = fields.sound
    chosen = _delimited_text(fields) if kind == "csv" and known else Format(kind)
    if known:
        fields.close()
    return chosen


def _delimited_text(fields: Fields) -> Format:
    chosen = Format(
        type="csv",
        delimiter=fields.text(
            "delimiter",
            lambda text: _DELIMITER.fullmatch(text) is not None,
            "one character that no number, name or quote contains, such as , ; | or a tab",
            default=",",
        ),
        quote=fields.text(
            "quote",
            lambda text: text == NO_QUOTE or _QUOTE.fullmatch(text) is not None,
            f"one character such as \" or ', or {NO_QUOTE}",
            default='"',
        ),
        header=fields.flag("header"),
        encoding=cast("Encoding", fields.choice("encoding", ENCODINGS, default="utf-8")),
        quoted_newlines=fields.flag("quoted_newlines", default=False),
    )
    if fields.sound and chosen.quote == chosen.delimiter:
        fields.reject("quote", chosen.quote, "another character than the delimiter")
    if fields.sound and chosen.quoted_newlines and chosen.quote == NO_QUOTE:
        fields.reject("quoted_newlines", found=True, allowed="false, as there are no quotes")
    return chosen
