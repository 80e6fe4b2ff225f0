"""Every rule can fail, is told apart, and says what to do."""

from __future__ import annotations

from policy.rules import RULES, violations
from tests.unit.policy import (
    test_encryption,
    test_identity,
    test_network,
    test_operation,
    test_storage,
)
from tests.unit.policy.builders import graph, resource

TESTED = (test_encryption, test_identity, test_network, test_operation, test_storage)


def test_each_rule_has_a_case_that_breaks_it() -> None:
    tested = {name for module in TESTED for name in module.CASES}

    assert {rule.name for rule in RULES} == tested


def test_no_two_rules_have_one_name() -> None:
    names = [rule.name for rule in RULES]

    assert len(names) == len(set(names))


def test_a_violation_names_rule_resource_found_expected_and_what_to_do() -> None:
    [violation] = violations(graph(resource("aws:s3/bucket:Bucket", "b", tags={"Name": "x"})))[-1:]

    assert str(violation) == (
        "tagged: aws:s3/bucket:Bucket b: found ['Name']; expected a tag Stack; do: use names.tags"
    )
