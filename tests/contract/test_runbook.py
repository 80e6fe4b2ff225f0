"""Whatever is published to people has its page in the runbook, and no page is about nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ops.program import Graph, StandInCloud, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[2]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
PARTS = ("Means", "First look", "Usual causes", "Fix", "Over when")
BUDGET = "budget"
"""Its message is written by AWS, so that no description can name the section."""


@pytest.fixture(scope="module")
def graph() -> Graph:
    """Return the dev stack with everything known."""
    return evaluate(ROOT, "dev", StandInCloud())


def sections() -> dict[str, str]:
    """Return the runbook's sections by their headings, which are their anchors too."""
    parts = re.split(r"^## (.+)$", RUNBOOK, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def named(texts: Iterable[str]) -> list[str | None]:
    """Return the section that each text ends with."""
    found = [re.search(r" See docs/runbook\.md#([a-z0-9-]+)$", text) for text in texts]
    return [match[1] if match else None for match in found]


def published(graph: Graph) -> list[str]:
    """Return what the stack's alarms and failures say."""
    alarms = graph.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    targets = graph.of_type("aws:cloudwatch/eventTarget:EventTarget")
    return [
        *(alarm.inputs["alarmDescription"] for alarm in alarms),
        *(
            target.inputs["inputTransformer"]["inputTemplate"].strip('"')
            for target in targets
            if ":sns:" in target.inputs["arn"]
        ),
    ]


def test_whatever_is_published_names_its_section(graph: Graph) -> None:
    texts = published(graph)

    assert len(texts) > 10
    assert set(named(texts)) <= set(sections())


def test_every_section_is_about_something(graph: Graph) -> None:
    assert graph.of_type("aws:budgets/budget:Budget")
    assert set(sections()) == {*named(published(graph)), BUDGET}


@pytest.mark.parametrize("section", sections())
def test_a_section_says_everything_in_order(section: str) -> None:
    said = re.findall(r"^\*\*(.+?)\*\*:", sections()[section], flags=re.MULTILINE)

    assert said == list(PARTS)


@pytest.mark.parametrize("section", sections())
def test_an_anchor_is_its_heading(section: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", section)


def test_every_reference_within_the_page_leads_somewhere() -> None:
    anchors = set(re.findall(r"\]\(#(.+?)\)", RUNBOOK))

    assert anchors
    assert anchors <= set(sections())
