"""What the pages point at is there: pages and their headings, files, verbs of the Makefile."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
)
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
FILE = re.compile(r"([\w.-]+)(/[\w.-]+)*/([\w-]+\.(md|py|svg|txt|yml))?")
"""A path as pages write one. Keys of objects look alike, so their endings are not among these."""

VERB = re.compile(r"\bmake (?:--?[\w-]+ )*([a-z][a-z-]*)")


class Page(NamedTuple):
    """What of a page can be wrong: where its links lead, its anchors, what stands in code."""

    links: tuple[str, ...]
    anchors: frozenset[str]
    code: tuple[str, ...]


def read(text: str) -> Page:
    """Return what a page points at, and what can be pointed at in it."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    parts = tuple(_flat(tokens))
    links = (part.attrGet("href") or part.attrGet("src") for part in parts)
    code = (part.content for part in parts if part.type in ("code_inline", "fence"))
    return Page(tuple(str(link) for link in links if link), _anchors(tokens), tuple(code))


def _flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or [])


def _anchors(tokens: list[Token]) -> frozenset[str]:
    """Return the anchors that GitHub gives the headings; one that comes again gets a number."""
    found: list[str] = []
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            text = "".join(part.content for part in inline.children or [])
            anchor = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            again = sum(
                re.fullmatch(rf"{re.escape(anchor)}(-\d+)?", one) is not None for one in found
            )
            found.append(f"{anchor}-{again}" if again else anchor)
    return frozenset(found)


def lost(page: Path) -> Iterator[str]:
    """Yield the links of a page that lead nowhere; addresses elsewhere are taken on trust."""
    for link in read(page.read_text(encoding="utf-8")).links:
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        if not target.exists():
            yield f"{link}: there is no {target}"
        elif parts.fragment and parts.fragment not in read(target.read_text("utf-8")).anchors:
            yield f"{link}: {target.name} has no such heading"


def name_of(page: Path) -> str:
    """Return a page's path for a test's name."""
    return page.relative_to(ROOT).as_posix()


def verbs() -> set[str]:
    """Return what the Makefile can be asked for; a pattern by each benchmark that there is."""
    targets = set(re.findall(r"^([a-z%-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    benchmarks = {f"bench-{file.stem}" for file in (ROOT / "benchmarks").glob("[a-z]*.py")}
    return targets | benchmarks


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    found = list(lost(page))

    assert found == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_verb_is_one_of_the_makefile(page: Path) -> None:
    code = read(page.read_text(encoding="utf-8")).code

    named = {verb for text in code for verb in VERB.findall(text)}

    assert named <= verbs()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_path_of_the_repository_is_there(page: Path) -> None:
    code = read(page.read_text(encoding="utf-8")).code

    named = {text for text in code if (path := FILE.fullmatch(text)) and path[1] in FOLDERS}

    assert [text for text in sorted(named) if not (ROOT / text).exists()] == []


def test_a_heading_gets_the_anchor_that_github_gives_it() -> None:
    page = read("# Who may `pulumi up`?\n\n## Fails: 4 *again*\n\n## Once\n\n## Once\n")

    assert page.anchors == {"who-may-pulumi-up", "fails-4-again", "once", "once-1"}
