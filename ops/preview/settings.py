"""What a preview takes from the environment of the shell that started it."""

from __future__ import annotations

import os

LEFT_OUT = ("GIT_", "PYTHONPATH", "PULUMI_", "AWS_")
"""Beginnings of names that would lead a child elsewhere: another repository, package or account."""


def inherited_environment() -> dict[str, str]:
    """Return the environment that a child process gets."""
    return {name: value for name, value in os.environ.items() if not name.startswith(LEFT_OUT)}
