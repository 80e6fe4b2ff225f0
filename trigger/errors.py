"""Why an event could not be served; raising lets Lambda retry it and then keep it."""


class TriggerError(Exception):
    """What went wrong, where, and what to do; `str()` renders it in one line."""

    def __init__(self, cause: str, *, resource: str, found: str, do: str) -> None:
        super().__init__(cause, resource, found, do)
        self.cause = cause
        self.resource = resource
        self.found = found
        self.do = do

    def __str__(self) -> str:
        return f"{self.cause}: {self.resource}: found {self.found[:500]}; {self.do}"


class UnusableEventError(TriggerError):
    """An event of ours that lacks what its run needs."""


class StagedCodeError(TriggerError):
    """What the builds staged is missing or cannot be read."""


class AirflowError(TriggerError):
    """Airflow did not take a run."""


class RawDataError(TriggerError):
    """The raw files cannot be listed."""
