"""What a batch transform sends and what it makes of the answers. Pure.

Reference: "Use Batch Transform" and `CreateTransformJob` in SageMaker's guide and API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class RecordError(Exception):
    """A record cannot be sent, or its answer not be joined to it; the text says why."""


def batches(lines: Iterable[bytes], largest: int, *, several: bool) -> Iterator[list[bytes]]:
    """Yield the records of each request: one, or as many as its size allows.

    Raises:
        RecordError: a record alone is too large.
    """
    batch: list[bytes] = []
    size = 0
    for number, line in enumerate(lines, 1):
        record = line.rstrip(b"\r\n")
        if not record:
            continue
        if len(record) + 1 > largest:
            raise RecordError(f"record {number} has {len(record)} bytes, more than {largest}")
        if batch and (not several or size + len(record) + 1 > largest):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += len(record) + 1
    if batch:
        yield batch


def body(batch: Sequence[bytes]) -> bytes:
    """Return the request of some records."""
    return b"\n".join(batch)


def assembled(answer: bytes, *, by_line: bool) -> bytes:
    """Return what is written of an answer: as it is, or with a line end behind its last record."""
    return answer.removesuffix(b"\n") + b"\n" if by_line else answer


def joined(batch: Sequence[bytes], answer: bytes) -> bytes:
    """Return records of CSV with their answers behind them.

    Raises:
        RecordError: there are not as many answers as records.
    """
    lines = answer.splitlines()
    if len(lines) != len(batch):
        raise RecordError(f"{len(batch)} records got {len(lines)} answers, which cannot be joined")
    return b"".join(b"%b,%b\n" % pair for pair in zip(batch, lines, strict=True))
