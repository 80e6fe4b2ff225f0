"""What keeps the preflight from looking at all."""

from __future__ import annotations


class NotThereError(LookupError):
    """AWS answers, and what it lists does not hold what the stack wants."""


class PreflightError(Exception):
    """Nothing could be checked: what was tried, why not, and what to do."""

    def __init__(self, what: str, *, do: str) -> None:
        super().__init__(what, do)
        self.what = what
        self.do = do

    def __str__(self) -> str:
        return f"preflight: {self.what}\n  do: {self.do}"
