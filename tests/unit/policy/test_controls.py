"""Every control that applies has an answer, and the documents show it."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy.controls import CONTROLS, Control
from policy.rules import RULES
from policy.table import BEGIN, END, tables

ROOT = Path(__file__).resolve().parents[3]
NUMBERS = {
    "CKV_AWS_": (
        "7 18 19 20 21 23 24 25 26 27 32 33 45 50 51 53 54 55 56 57 60 61 62 63 66 70 72 78 93 94 "
        "98 99 115 116 117 130 136 143 144 145 147 158 163 168 169 173 186 195 219 227 242 243 244 "
        "272 274 286 287 288 289 290 300 311 314 316 319 338 355 363 370 375 379 382"
    ),
    "CKV2_AWS_": "1 5 11 12 19",
    "S3.": "1 2 3 5 6 8 9 12 13",
    "IAM.": "1 21",
    "KMS.": "1 2 3 4 5",
    "Lambda.": "1 2 5",
    "ECR.": "1 2 3",
    "CodeBuild.": "1 2 3 4 7",
    "Glue.": "4",
    "SageMaker.": "4 5",
    "EC2.": "2 6 10 15 21",
    "SNS.": "4",
    "SQS.": "1 3",
    "EventBridge.": "3",
}
APPLICABLE = {f"{start}{number}" for start, row in NUMBERS.items() for number in row.split()}
"""The controls for the services of this stack, found by reading both catalogues."""


def test_every_applicable_control_is_answered_once() -> None:
    ids = [control.id for control in CONTROLS]

    assert len(ids) == len(set(ids))
    assert set(ids) == APPLICABLE


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.id)
def test_a_control_is_held_or_has_its_reason(control: Control) -> None:
    assert control.rules or control.tests or control.reason


def test_a_control_names_rules_that_exist() -> None:
    named = {name for control in CONTROLS for name in control.rules}

    assert named <= {rule.name for rule in RULES}


@pytest.mark.parametrize("test", sorted({test for each in CONTROLS for test in each.tests}))
def test_a_control_names_tests_that_exist(test: str) -> None:
    path, _, function = test.partition("::")

    assert f"def {function}" in (ROOT / path).read_text(encoding="utf-8")


def test_the_documents_show_the_table_as_it_is() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")

    shown = BEGIN + page.partition(BEGIN)[2].partition(END)[0] + END

    assert shown == tables(), "run `python -m policy.table` and put what it prints into the page"
