"""What keeps a preview from being made, in words that say what to do."""

from ops.errors import OpsError


class PreviewError(OpsError):
    """A preview that cannot be made: what is wrong and where, and what to do about it."""

    def __init__(self, problem: str, *, do: str) -> None:
        super().__init__(problem, do=do)
