"""What keeps a preview from being made, in words that say what to do."""


class PreviewError(Exception):
    """A preview that cannot be made.

    Attributes:
        problem: What is wrong, and where.
        do: What to do about it.
    """

    def __init__(self, problem: str, *, do: str) -> None:
        super().__init__(problem, do)
        self.problem = problem
        self.do = do

    def __str__(self) -> str:
        return f"preview: {self.problem}\n  do: {self.do}"
