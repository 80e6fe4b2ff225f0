"""Why a build stops, told so that the next push can be right."""


class StagingError(Exception):
    """A build step that cannot be done; `str()` renders the facts, one a line."""

    def __init__(
        self, cause: str, *, resource: str, found: str = "", expected: str = "", do: str = ""
    ) -> None:
        super().__init__(cause, resource)
        self.cause = cause
        self.resource = resource
        self.found = found
        self.expected = expected
        self.do = do

    def __str__(self) -> str:
        facts = (
            ("resource", self.resource),
            ("found", self.found),
            ("expected", self.expected),
            ("do", self.do),
        )
        return "\n".join([self.cause, *(f"  {name}: {fact}" for name, fact in facts if fact)])
