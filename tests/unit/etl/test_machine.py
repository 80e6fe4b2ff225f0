"""What a machine has to give, and what a control group leaves of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl.machine import Machine, this_machine

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_a_control_group_limits_processors_and_memory(tmp_path: Path) -> None:
    group = write(tmp_path, {"cpu.max": "100000 100000\n", "memory.max": "1048576\n"})

    assert this_machine(group) == Machine(processors=1, memory=1048576)


def test_so_does_one_of_the_old_kind(tmp_path: Path) -> None:
    files = {
        "cpu/cpu.cfs_quota_us": "50000\n",
        "cpu/cpu.cfs_period_us": "100000\n",
        "memory/memory.limit_in_bytes": "4096\n",
    }

    assert this_machine(write(tmp_path, files)) == Machine(processors=1, memory=4096)


def test_a_part_of_a_processor_is_one(tmp_path: Path) -> None:
    assert this_machine(write(tmp_path, {"cpu.max": "20000 100000\n"})).processors == 1


def test_no_limit_is_the_machine(tmp_path: Path) -> None:
    unlimited = {
        "cpu.max": "max 100000\n",
        "memory.max": "max\n",
        "cpu/cpu.cfs_quota_us": "-1\n",
        "cpu/cpu.cfs_period_us": "100000\n",
    }

    assert this_machine(write(tmp_path / "a", unlimited)) == this_machine(tmp_path / "b")
    assert this_machine(tmp_path / "b").memory > 1 << 20


def test_it_is_told_in_words() -> None:
    assert str(Machine(4, 16 << 30)) == "4 processors, 16.0 GiB of memory"
