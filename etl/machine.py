"""What this machine, or the container on it, has to give: processors and memory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MEBIBYTE: Final = 1024 * 1024

_CGROUP: Final = Path("/sys/fs/cgroup")
_MEMORY_LIMITS: Final = ("memory.max", "memory/memory.limit_in_bytes")
_PROCESSOR_LIMIT: Final = "cpu.max"
_OLD_PROCESSOR_LIMIT: Final = ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")


@dataclass(frozen=True)
class Machine:
    """Whole processors, and bytes of memory."""

    processors: int
    memory: int

    def __str__(self) -> str:
        return f"{self.processors} processors, {self.memory / 1024**3:.1f} GiB of memory"


def this_machine(cgroup: Path = _CGROUP) -> Machine:
    """Return the smaller of what the machine has and what its control group allows."""
    page, pages = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_PHYS_PAGES")
    allowed = [_number(cgroup / name) for name in _MEMORY_LIMITS]
    memory = min([page * pages, *(limit for limit in allowed if limit)])
    return Machine(min(_usable(), _quota(cgroup) or _usable()), memory)


def _usable() -> int:
    """Return how many processors this process may run on; macOS doesn't tell."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _quota(cgroup: Path) -> int | None:
    """Return the processors of a control group, rounded up, or None if it limits none."""
    quota, period = (
        _words(cgroup / _PROCESSOR_LIMIT)[:2]
        or (
            *_words(cgroup / _OLD_PROCESSOR_LIMIT[0]),
            *_words(cgroup / _OLD_PROCESSOR_LIMIT[1]),
        )
        or ("max", "1")
    )
    if not quota.isdecimal():
        return None
    return max(1, -(-int(quota) // int(period)))


def _number(file: Path) -> int | None:
    words = _words(file)
    return int(words[0]) if words and words[0].isdecimal() else None


def _words(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="ascii").split()
    except OSError:
        return []
