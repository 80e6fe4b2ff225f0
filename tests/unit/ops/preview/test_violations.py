"""Broken rules as values that two versions can be compared by."""

from __future__ import annotations

from ops.preview.violations import Broken, broken
from policy.rule import Finding, Rule, Violation
from tests.unit.ops.graphs import graph, resource


def test_what_a_rule_finds_is_told_with_the_rule() -> None:
    rule = Rule(name="tagged", says="Everything is tagged.", do="add tags", check=lambda _: ())
    finding = Finding(resource="b", type="aws:s3/bucket:Bucket", found="None", expected="tags")

    found = broken(graph(), lambda _: (Violation(rule=rule, finding=finding),))

    assert found == (
        Broken(rule="tagged", resource="b", found="None", expected="tags", do="add tags"),
    )


def test_the_projects_own_rules_are_asked() -> None:
    bare = graph(resource("aws:s3/bucket:Bucket", "b", bucket="b"))

    assert {one.resource for one in broken(bare)} == {"b"}


def test_an_empty_graph_breaks_nothing() -> None:
    assert broken(graph()) == ()
