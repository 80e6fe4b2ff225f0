"""A buildspec as CodeBuild reads it (version 0.2): text in, frozen values out, no I/O.

What CodeBuild would do and the twin does not (artifacts, reports, caches, parameter stores) is
refused or named in `ignored`, so that nobody believes it happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, cast

import yaml

from twin.errors import TwinError

PHASES: Final = ("install", "pre_build", "build", "post_build")
SHELLS: Final = ("sh", "bash")
IGNORED: Final = ("artifacts", "cache", "reports", "run-as")
KNOWN: Final = ("version", "env", "phases", *IGNORED)
OnFailure = Literal["ABORT", "CONTINUE"]


@dataclass(frozen=True)
class Phase:
    """One phase: its commands, those that run whatever happened, and what a failure means."""

    name: str
    commands: tuple[str, ...]
    finally_commands: tuple[str, ...] = ()
    on_failure: OnFailure | None = None


@dataclass(frozen=True)
class Buildspec:
    """What a build is told to do. `phases` holds only those that the file names, in their order."""

    shell: str
    variables: tuple[tuple[str, str], ...]
    phases: tuple[Phase, ...]
    ignored: tuple[str, ...]


class BuildspecError(TwinError):
    """A buildspec that CodeBuild would refuse, or that the twin cannot play."""


def parse_buildspec(text: str, name: str) -> Buildspec:
    """Parse a buildspec.

    Raises:
        BuildspecError: names the file, the key, what was found and what is allowed.
    """
    document = _Reader(name, "", _load(text, name))
    document.require("version", (0.2, "0.2"))
    document.allow_keys(KNOWN)
    env = document.mapping("env")
    env.allow_keys(("shell", "variables", "exported-variables", "git-credential-helper"))
    phases = document.mapping("phases")
    phases.allow_keys(PHASES)
    return Buildspec(
        shell=env.one_of("shell", SHELLS, SHELLS[0]) or SHELLS[0],
        variables=tuple(env.mapping("variables").texts().items()),
        phases=tuple(_phase(phases, phase) for phase in PHASES if phase in phases.value),
        ignored=tuple(key for key in IGNORED if key in document.value),
    )


def _phase(phases: _Reader, name: str) -> Phase:
    found = phases.mapping(name)
    found.allow_keys(("commands", "finally", "on-failure", "runtime-versions", "run-as"))
    return Phase(
        name=name,
        commands=found.commands("commands"),
        finally_commands=found.commands("finally"),
        on_failure=cast(
            "OnFailure | None", found.one_of("on-failure", ("ABORT", "CONTINUE"), None)
        ),
    )


def _load(text: str, name: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BuildspecError(
            "the buildspec is no YAML",
            resource=name,
            found=" ".join(str(error).split()),
            do="mend the file and push again",
        ) from error


class _Reader:
    """Reads one mapping of the file and knows where it is, for the errors."""

    def __init__(self, name: str, path: str, value: Any) -> None:
        self._name = name
        self._path = path
        if not isinstance(value, dict):
            raise self._error(path or "the file", value, "a mapping")
        self.value = cast("dict[str, Any]", value)

    def mapping(self, key: str) -> _Reader:
        return _Reader(self._name, self._at(key), self.value.get(key) or {})

    def require(self, key: str, allowed: tuple[Any, ...]) -> None:
        if self.value.get(key) not in allowed:
            raise self._error(self._at(key), self.value.get(key), str(allowed[0]))

    def allow_keys(self, allowed: tuple[str, ...]) -> None:
        for key in self.value:
            if key not in allowed:
                raise self._error(self._at(str(key)), key, f"one of {', '.join(allowed)}")

    def one_of(self, key: str, allowed: tuple[str, ...], default: str | None) -> str | None:
        found = self.value.get(key, default)
        if found is not default and found not in allowed:
            raise self._error(self._at(key), found, f"one of {', '.join(allowed)}")
        return found

    def texts(self) -> dict[str, str]:
        for key, found in self.value.items():
            if isinstance(found, (dict, list)):
                raise self._error(self._at(key), cast("object", found), "a text")
        return {str(key): _text(found) for key, found in self.value.items()}

    def commands(self, key: str) -> tuple[str, ...]:
        found: object = self.value.get(key) or []
        if isinstance(found, str):
            return (found,)
        if not isinstance(found, list):
            raise self._error(self._at(key), found, "a list of commands")
        for command in cast("list[object]", found):
            if not isinstance(command, str):
                raise self._error(self._at(key), command, "a command as a text; quote it")
        return tuple(cast("list[str]", found))

    def _at(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _error(self, where: str, found: object, expected: str) -> BuildspecError:
        return BuildspecError(
            f"{where} is not what a buildspec holds there",
            resource=self._name,
            found=repr(found),
            expected=expected,
            do="mend the file and push again",
        )


def _text(value: object) -> str:
    """Return a scalar as CodeBuild hands it on; YAML has made a truth value of `true`."""
    return str(value).lower() if isinstance(value, bool) else str(value)
