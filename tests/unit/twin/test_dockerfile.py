"""A Dockerfile as typed instructions."""

from __future__ import annotations

import pytest

from twin.dockerfile import Compile, Copy, DockerfileError, From, Install, Recipe, parse_dockerfile

IMAGE = """
ARG BASE=python:3.12
FROM ${BASE}
ENV UNBUFFERED=1 NAME="two words"
WORKDIR /opt
WORKDIR program
COPY --chown=app a.txt b.txt ./
RUN python -m pip install --no-cache-dir --require-hashes -r requirements.txt
RUN python -m compileall -q /opt/program
EXPOSE 8080
USER app
LABEL title=x
ENTRYPOINT ["python", "-m", "program"]
CMD ["serve"]
"""


def parse(text: str, **arguments: str) -> Recipe:
    return parse_dockerfile(text, "Dockerfile", arguments)


def test_a_dockerfile_becomes_steps_and_configuration() -> None:
    recipe = parse(IMAGE)

    assert [step for _, step in recipe.steps] == [
        From("python:3.12"),
        Copy(("a.txt", "b.txt"), "./", "/opt/program"),
        Install("/opt/program/requirements.txt", require_hashes=True),
        Compile("/opt/program"),
    ]
    assert recipe.variables == {"UNBUFFERED": "1", "NAME": "two words"}
    assert recipe.workdir == "/opt/program"
    assert recipe.entrypoint == ("python", "-m", "program")
    assert recipe.default_arguments == ("serve",)
    assert (recipe.ports, recipe.user, recipe.labels) == (("8080/tcp",), "app", {"title": "x"})


def test_a_build_argument_replaces_the_default() -> None:
    recipe = parse("ARG BASE=a\nFROM $BASE\n", BASE="b")

    assert recipe.steps[0][1] == From("b")


def test_an_argument_before_from_does_not_hold_after_it() -> None:
    recipe = parse("ARG X=1\nFROM a\nENV Y=$X\n")

    assert recipe.variables == {"Y": ""}


def test_a_continued_line_is_one_instruction() -> None:
    recipe = parse("FROM a\nRUN pip install \\\n  # why\n  -r r.txt\n")

    assert recipe.steps[1][1] == Install("/r.txt", require_hashes=False)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("FROM a\nRUN apt-get update\n", 2),
        ("FROM a\nRUN pip install requests\n", 2),
        ("FROM a\nRUN pip install -r r.txt && rm r.txt\n", 2),
        ("FROM --platform=linux/amd64 a\n", 1),
        ("FROM a AS b\nFROM b\n", 2),
        ("FROM a\nCOPY --from=b /x /y\n", 2),
        ("FROM a AS b\nCOPY --from=b /x /y\n", 2),
        ("FROM a\nCOPY --link x /y\n", 2),
        ("FROM a\nVOLUME /x\n", 2),
        ("FROM a\nENTRYPOINT python -m x\n", 2),
        ("FROM a\nENV X=${Y:-z}\n", 2),
    ],
)
def test_what_the_twin_cannot_play_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(DockerfileError) as raised:
        parse(text)

    assert raised.value.resource == f"Dockerfile:{line}"
    assert raised.value.found
    assert raised.value.expected


STAGES = """
ARG BASE=a
FROM ${BASE} AS packages
WORKDIR /build
LABEL title=build
COPY r.txt .
RUN pip install --target /opt/packages -r r.txt
FROM ${BASE}
COPY --from=packages /opt/packages /opt/packages
"""


def test_a_stage_inherits_nothing_but_the_bases_arguments() -> None:
    recipe = parse(STAGES)

    assert [step for _, step in recipe.steps] == [
        From("a", "packages"),
        Copy(("r.txt",), ".", "/build"),
        Install("/build/r.txt", require_hashes=False, target="/opt/packages"),
        From("a"),
        Copy(("/opt/packages",), "/opt/packages", "/", "packages"),
    ]
    assert (recipe.workdir, recipe.labels) == ("/", {})


def test_a_dockerfile_without_from_is_refused() -> None:
    with pytest.raises(DockerfileError, match="no FROM"):
        parse("WORKDIR /x\n")
