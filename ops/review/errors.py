"""Why a pull request got no comment."""


class ReviewError(Exception):
    """A comment that cannot be made; `str()` renders the facts, one a line."""

    def __init__(self, cause: str, *, found: str, expected: str, do: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.found = found
        self.expected = expected
        self.do = do

    def __str__(self) -> str:
        return f"{self.cause}\n  found: {self.found}\n  expected: {self.expected}\n  do: {self.do}"
