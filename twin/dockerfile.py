"""A Dockerfile as typed instructions: text in, frozen values out, no I/O.

The twin plays stages with the instructions below, and of RUN the two that need no container:
installing Python requirements and compiling Python files. Whatever else a Dockerfile may hold is
refused by name.
"""

from __future__ import annotations

import io
import json
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from dockerfile_parse import DockerfileParser
from dockerfile_parse.util import WordSplitter, extract_key_values

from twin.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MODIFIED: Final = re.compile(r"\$\{\w+:?[-+?#%/]")
"""Substitutions such as `${NAME:-default}`, which the parser's splitter does not know."""

INSTALL_FLAGS: Final = frozenset(
    {"--no-cache-dir", "--require-hashes", "--disable-pip-version-check", "-q", "--quiet"}
)
PYTHONS: Final = ("python", "python3")
PIPS: Final = ("pip", "pip3")


@dataclass(frozen=True)
class From:
    """The image that a stage begins with, and the stage's name, if it has one."""

    base: str
    name: str = ""


@dataclass(frozen=True)
class Copy:
    """Files of the build context, or of an earlier stage, and where they go."""

    sources: tuple[str, ...]
    target: str
    workdir: str
    stage: str = ""


@dataclass(frozen=True)
class Install:
    """Python requirements to install, from a file in the image.

    `target` is the folder that they go to, if it is not the one where Python looks by itself.
    """

    requirements: str
    require_hashes: bool
    target: str = ""


@dataclass(frozen=True)
class Compile:
    """Python files to compile, below a folder of the image."""

    folder: str


Step = From | Copy | Install | Compile


@dataclass(frozen=True)
class Recipe:
    """A whole Dockerfile: what is done, each step with its own text, and what is configured."""

    steps: tuple[tuple[str, Step], ...]
    variables: Mapping[str, str]
    labels: Mapping[str, str]
    workdir: str
    entrypoint: tuple[str, ...]
    default_arguments: tuple[str, ...]
    ports: tuple[str, ...]
    user: str


class DockerfileError(TwinError):
    """A Dockerfile that docker would refuse, or that the twin cannot play."""


def parse_dockerfile(text: str, name: str, arguments: Mapping[str, str]) -> Recipe:
    """Parse a Dockerfile with these build arguments.

    Raises:
        DockerfileError: names the file, the line, what was found and what the twin plays.
    """
    return _Parser(name, dict(arguments)).parse(text)


class _Parser:
    """Goes through the instructions and keeps what holds from there on."""

    def __init__(self, name: str, given: dict[str, str]) -> None:
        self._name = name
        self._given = given
        self._arguments: dict[str, str] = {}
        self._for_bases: dict[str, str] = {}
        self._steps: list[tuple[str, Step]] = []
        self._at = ""
        self._begin_stage()

    def _begin_stage(self) -> None:
        """Forget what was configured: a stage inherits nothing of the one above it."""
        self._variables: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        self._workdir = "/"
        self._entrypoint: tuple[str, ...] = ()
        self._default_arguments: tuple[str, ...] = ()
        self._ports: list[str] = []
        self._user = ""

    @property
    def _stages(self) -> list[From]:
        return [step for _, step in self._steps if isinstance(step, From)]

    def parse(self, text: str) -> Recipe:
        for found in _instructions(text):
            self._at = f"{self._name}:{found['startline'] + 1}"
            self._take(found["instruction"], found["value"])
        if not self._stages:
            raise self._error("there is no FROM", "an image to begin with")
        return Recipe(
            steps=tuple(self._steps),
            variables=self._variables,
            labels=self._labels,
            workdir=self._workdir,
            entrypoint=self._entrypoint,
            default_arguments=self._default_arguments,
            ports=tuple(self._ports),
            user=self._user,
        )

    def _take(self, instruction: str, value: str) -> None:
        known: dict[str, Callable[[str], None]] = {
            "COMMENT": _nothing,
            "ARG": self._arg,
            "FROM": self._from,
            "ENV": self._env,
            "LABEL": self._label,
            "WORKDIR": self._work_in,
            "COPY": self._copy,
            "RUN": self._run,
            "ENTRYPOINT": self._enter,
            "CMD": self._command,
            "EXPOSE": self._expose,
            "USER": self._use,
        }
        if instruction not in known:
            names = ", ".join(name for name in known if name != "COMMENT")
            raise self._error(f"{instruction} {value}", f"one of {names}")
        if instruction != "RUN" and MODIFIED.search(value):
            raise self._error(value, "substitutions of the form $NAME or ${NAME}")
        known[instruction](value)

    # ---- what is configured -----------------------------------------------------------------

    def _arg(self, value: str) -> None:
        name, given, default = value.partition("=")
        if name in self._given:
            self._arguments[name] = self._given[name]
        elif given:
            self._arguments[name] = self._filled(default)

    def _env(self, value: str) -> None:
        self._variables |= self._pairs(value)

    def _label(self, value: str) -> None:
        self._labels |= self._pairs(value)

    def _work_in(self, value: str) -> None:
        self._workdir = posixpath.normpath(posixpath.join(self._workdir, self._filled(value)))

    def _enter(self, value: str) -> None:
        self._entrypoint = self._exec_form("ENTRYPOINT", value)
        self._default_arguments = ()

    def _command(self, value: str) -> None:
        self._default_arguments = self._exec_form("CMD", value)

    def _expose(self, value: str) -> None:
        self._ports += [
            port if "/" in port else f"{port}/tcp" for port in self._filled(value).split()
        ]

    def _use(self, value: str) -> None:
        self._user = self._filled(value)

    # ---- what is done -----------------------------------------------------------------------

    def _from(self, value: str) -> None:
        if not self._stages:
            self._for_bases = dict(self._arguments)  # those before the first hold in FROM alone
        self._arguments = dict(self._for_bases)
        words = self._words(value)
        match words:
            case [base]:
                stage = From(base)
            case [base, word, name] if word.upper() == "AS":
                stage = From(base, name)
            case _:
                raise self._error(f"FROM {value}", "FROM image, or FROM image AS name")
        if stage.base in [earlier.name for earlier in self._stages]:
            raise self._error(f"FROM {value}", "an image: a stage goes on from no other here")
        self._begin_stage()
        self._steps.append((f"FROM {' '.join(words)}", stage))
        self._arguments.clear()

    def _copy(self, value: str) -> None:
        words = list(self._exec_form("COPY", value)) if value.startswith("[") else None
        words = self._words(value) if words is None else words
        # There is one user here, so whose the files are changes nothing.
        words = [word for word in words if not word.startswith("--chown=")]
        flags = [word for word in words if word.startswith("--")]
        stage = "".join(flag.removeprefix("--from=") for flag in flags)
        named = [earlier.name for earlier in self._stages[:-1] if earlier.name]
        words = words[len(flags) :]
        if (flags and stage not in named) or len(words) < 2:  # noqa: PLR2004 - what, and where to
            expected = "COPY [--chown=...] [--from=an earlier stage] source... target"
            raise self._error(f"COPY {value}", expected)
        step = Copy(tuple(words[:-1]), words[-1], self._workdir, stage)
        self._steps.append((f"COPY {' '.join(words)} in {self._workdir}", step))

    def _run(self, value: str) -> None:
        words = _without_module(value.split())
        step = self._install(words) or self._compile(words)
        if step is None:
            raise self._error(
                f"RUN {value}",
                "RUN python -m pip install [--target FOLDER] -r FILE, or RUN python -m compileall "
                "FOLDER: the twin starts no container to run anything else in",
            )
        self._steps.append((f"RUN {value} in {self._workdir}", step))

    def _install(self, words: list[str]) -> Install | None:
        if words[:2] != ["pip", "install"]:
            return None
        rest = [word for word in words[2:] if word not in INSTALL_FLAGS]
        hashed = "--require-hashes" in words
        match rest:
            case ["-r" | "--requirement", file]:
                return Install(posixpath.join(self._workdir, file), hashed)
            case ["--target", folder, "-r" | "--requirement", file]:
                target = posixpath.join(self._workdir, folder)
                return Install(posixpath.join(self._workdir, file), hashed, target)
            case _:
                return None

    def _compile(self, words: list[str]) -> Compile | None:
        match [word for word in words if word not in ("-q", "-qq")]:
            case ["compileall", folder] if not folder.startswith("-"):
                return Compile(posixpath.join(self._workdir, folder))
            case _:
                return None

    # ---- text -------------------------------------------------------------------------------

    def _pairs(self, value: str) -> dict[str, str]:
        try:
            found: Any = extract_key_values(True, self._arguments, self._variables, value)  # noqa: FBT003 - the library's signature
        except ValueError as error:
            raise self._error(value, "NAME=value") from error
        return {str(key): str(filled) for key, filled in found}

    def _words(self, value: str) -> list[str]:
        splitter: Any = WordSplitter(value, args=self._arguments, envs=self._variables)
        return [str(word) for word in splitter.split()]

    def _filled(self, value: str) -> str:
        splitter: Any = WordSplitter(value, args=self._arguments, envs=self._variables)
        return str(splitter.dequote())

    def _exec_form(self, instruction: str, value: str) -> tuple[str, ...]:
        try:
            found: Any = json.loads(value)
        except ValueError:
            found = None
        words = cast("list[object]", found) if isinstance(found, list) else []
        if words and all(isinstance(word, str) for word in words):
            return tuple(str(word) for word in words)
        raise self._error(f"{instruction} {value}", 'the exec form: ["program", "argument"]')

    def _error(self, found: str, expected: str) -> DockerfileError:
        return DockerfileError(
            "the twin's docker cannot play this Dockerfile",
            step="image",
            resource=self._at or self._name,
            found=found,
            expected=expected,
            do="keep to that, or try the Dockerfile with docker itself",
        )


def _instructions(text: str) -> list[dict[str, Any]]:
    file: Any = io.BytesIO(text.encode())  # the annotation says text, the code reads bytes
    parser: Any = DockerfileParser(fileobj=file)
    return list(parser.structure)


def _without_module(words: list[str]) -> list[str]:
    """Return a command without the interpreter that runs it as a module."""
    if len(words) > 2 and words[0] in PYTHONS and words[1] == "-m":  # noqa: PLR2004 - the module too
        words = words[2:]
    return ["pip", *words[1:]] if words and words[0] in PIPS else words


def _nothing(value: str) -> None:
    """Pass over a comment."""
