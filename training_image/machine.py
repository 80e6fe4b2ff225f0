"""How many processors this container may use: those that it may run on, and its share of them."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Final

CGROUPS: Final = Path("/sys/fs/cgroup")


def processors(cgroups: Path = CGROUPS) -> int:
    """Return how many processors' worth of time there is, at least one."""
    return max(1, min(_allowed(), math.ceil(_quota(cgroups))))


def _allowed() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _quota(cgroups: Path) -> float:
    """Return the share that a control group grants, of either version; infinite if it says none."""
    try:
        if (unified := cgroups / "cpu.max").exists():
            quota, period = unified.read_text(encoding="ascii").split()
        else:
            quota, period = (
                (cgroups / "cpu" / f"cpu.cfs_{name}_us").read_text(encoding="ascii")
                for name in ("quota", "period")
            )
        share = float(quota) / float(period)  # -1, or max, is no limit
    except (OSError, ValueError, ZeroDivisionError):
        return float(os.cpu_count() or 1)
    return share if share > 0 else float(os.cpu_count() or 1)
