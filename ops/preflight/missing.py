"""What AWS says when it has been asked for something that is not there."""

from __future__ import annotations


class NotThereError(LookupError):
    """AWS answers, and what it lists does not hold what the stack wants."""
