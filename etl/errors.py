"""The ETL's errors: one line each, because Glue shows the last line of a failed run and no more."""

from __future__ import annotations

LONGEST_FACT = 800
"""Characters of one fact; a raw line may be megabytes long."""


def shorten(text: str, limit: int = LONGEST_FACT) -> str:
    """Return the text on one line, cut in the middle when it is longer than the limit."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    half = (limit - 5) // 2
    return f"{flat[:half]} ... {flat[-half:]}"


class EtlError(Exception):
    """Why there is no dataset: where, what was found, what was expected, what to do."""

    def __init__(
        self, cause: str, *, where: str, found: str = "", expected: str = "", do: str = ""
    ) -> None:
        super().__init__(cause)
        self.cause = cause
        self.where = where
        self.found = found
        self.expected = expected
        self.do = do

    def __str__(self) -> str:
        facts = [f"{self.where}: {shorten(self.cause)}"]
        facts += [f"found {shorten(self.found)}"] if self.found else []
        facts += [f"expected {shorten(self.expected)}"] if self.expected else []
        facts += [shorten(self.do)] if self.do else []
        return "; ".join(facts)


class ArgumentsError(EtlError):
    """The job was started with arguments that it cannot follow."""


class RequestError(EtlError):
    """The request or the contract in it is not what this code understands."""


class MissingObjectError(EtlError):
    """An object that the request names is not there, or not in that version."""


class MovedObjectError(EtlError):
    """A raw object is not, or no longer, the one that the request names."""


class BrokenReadError(EtlError):
    """A raw object cannot be read to its end."""


class MarkerError(EtlError):
    """A raw object is what a console makes to show a folder."""


class GzipError(EtlError):
    """A raw object is no gzip by its name or its content, or a damaged one."""


class EncodingError(EtlError):
    """A raw object is not of the declared encoding."""


class NotTextError(EtlError):
    """A raw object is no text: it is of another kind, or holds bytes that no text has."""


class LongLineError(EtlError):
    """A line is longer than any row of data, or a raw object is not text at all."""


class EmptyObjectError(EtlError):
    """A raw object holds no rows."""


class RecordFormatError(EtlError):
    """A raw object has another format than the contract declares."""


class HeaderError(EtlError):
    """A header is missing, unexpected, or names other columns than the contract."""


class ColumnCountError(EtlError):
    """No line has as many fields as the contract has columns: the wrong file or delimiter."""


class ColumnTypeError(EtlError):
    """A column of a Parquet file has a type that its kind cannot have."""


class QuarantineError(EtlError):
    """More rows are invalid than the contract allows."""


class EmptySplitError(EtlError):
    """There are too few valid rows to fill every split."""


class ManyValuesError(EtlError):
    """A column has more categories than may be learnt."""


class FewTestRowsError(EtlError):
    """The test split has fewer rows than a model may be judged by."""


class CountError(EtlError):
    """The rows that were read and those that were placed are not as many."""


class EngineError(EtlError):
    """The engine cannot read or compute."""
