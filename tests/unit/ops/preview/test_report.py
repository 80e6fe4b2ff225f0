"""The comment on a pull request: quiet when nothing changes, bounded when much does."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from ops.computed import ACCOUNT, identities
from ops.graph import Graph, Options
from ops.preview.report import LIMIT, MARKER, report
from ops.preview.review import Review, review, to_json
from ops.preview.versions import StackVersion, StackVersions
from tests.unit.ops.graphs import graph, resource

if TYPE_CHECKING:
    from ops.graph import Resource

QUEUE = "aws:sqs/queue:Queue"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
MODEL = {
    "endpoint": {"instance_type": "ml.m5.large", "instance_count": 1},
    "training": {"instance_type": "ml.m5.large", "instance_count": 1, "volume_gb": 10},
}
BASE = "main (0123456789ab)"

QUIET = f"""{MARKER}
No change in resources, permissions or cost of dev (compared with `{BASE}`; $0.00 a month).
"""

SMALL = f"""{MARKER}

## What this changes on AWS

| stack | added | changed | replaced | moved | deleted | permissions | cost a month |
|---|--:|--:|--:|--:|--:|---|--:|
| **dev** | - | **1** | - | - | - | - | $0.00 |

### dev

**Changed**
- `q` (sqs Queue)
  - `delaySeconds`: `1` → `2`

Compared with `{BASE}`, without credentials: what somebody changed by hand on AWS"""


def policy(*sids: str) -> str:
    """Return a policy that has statements of these names."""
    return json.dumps(
        {"Statement": [{"Sid": sid, "Effect": "Allow", "Action": "a:b"} for sid in sids]}
    )


def queue(name: str = "q", /, **inputs: Any) -> Resource:
    # With what the project's rules ask of a queue, so that these tests are about the report.
    kept: dict[str, Any] = {"kmsMasterKeyId": "k", "tags": {"Stack": "s", "ManagedBy": "p"}}
    return resource(QUEUE, name, **{**kept, **inputs})


def reviewed(
    before: Graph,
    after: Graph,
    *,
    stack: str = "dev",
    exists: tuple[bool, bool] = (True, True),
    **models: Any,
) -> Review:
    sides = [
        StackVersion(found, {}, models, exists=there)
        for found, there in zip((before, after), exists, strict=True)
    ]
    return review(StackVersions(stack, *sides))


def told(before: Graph, after: Graph, **options: Any) -> str:
    return report([reviewed(before, after, **options)], BASE)


def test_no_change_is_one_quiet_line() -> None:
    assert told(graph(queue()), graph(queue())) == QUIET


def test_a_change_is_told_with_both_sides() -> None:
    text = told(graph(queue(delaySeconds=1)), graph(queue(delaySeconds=2)))

    assert text.startswith(SMALL)


def test_every_comment_begins_with_its_marker() -> None:
    assert told(graph(), graph(queue())).startswith(MARKER)


def test_a_stack_without_a_change_beside_one_with_some_says_so() -> None:
    quiet, loud = reviewed(graph(), graph()), reviewed(graph(), graph(queue()))

    assert "No change.\n" in report([quiet, loud], BASE)


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ({}, {"x": 1}, "`x`: `1` is new"),
        ({"x": None}, {}, "`x`: `null` is gone"),
        ({"x": ["a", "b"]}, {"x": ["a", "c"]}, "`x`: with `c`, without `b`"),
        ({"x": ["a"]}, {"x": ["a", "c"]}, "`x`: with `c`"),
        ({"x": ["a", "b"]}, {"x": ["b", "a"]}, '`x`: `["a", "b"]` → `["b", "a"]`'),
        (
            {"policy": '{"Statement": []}'},
            {"policy": '{"Statement": [{"Sid": "S", "Effect": "Allow", "Action": "a:b"}]}'},
            "`policy.Statement`: with `S` (see the permissions)",
        ),
        (
            {"policy": policy("A", "B")},
            {"policy": policy("B", "C")},
            "`policy.Statement`: with `C`, without `A` (see the permissions)",
        ),
    ],
)
def test_sides_are_told_by_what_they_are(
    before: dict[str, Any], after: dict[str, Any], line: str
) -> None:
    assert f"\n  - {line}\n" in told(graph(queue(**before)), graph(queue(**after)))


def test_what_two_stacks_share_is_told_once() -> None:
    dev = reviewed(graph(), graph(queue(name="mlops-dev-q")))
    prod = reviewed(graph(), graph(queue(name="mlops-prod-q"), queue("more")), stack="prod")

    text = report([dev, prod], BASE)

    assert text.count("- `q` (sqs Queue)\n") == 1
    assert "### prod\n\n**Added**\n- `more` (sqs Queue)\n- and 1 as in **dev**\n" in text


def test_a_stack_that_changes_as_another_does_refers_to_it() -> None:
    stacks = [reviewed(graph(), graph(queue()), stack=name) for name in ("dev", "prod")]

    text = report(stacks, BASE)

    assert "### prod\n\nAs in **dev**, but for `mlops-prod` in the names: added (1).\n" in text


def test_a_stack_without_a_change_is_none_to_refer_to() -> None:
    quiet = reviewed(graph(), graph())
    loud = [reviewed(graph(), graph(queue()), stack=name) for name in ("prod", "stage")]

    text = report([quiet, *loud], BASE)

    assert "### prod\n\n**Added**\n- `q` (sqs Queue)\n" in text
    assert "### stage\n\nAs in **prod**" in text


def test_a_key_is_called_by_its_name() -> None:
    key = resource("aws:kms/key:Key", "keys-data")
    arn = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{identities('keys-data')[1]}"

    text = told(graph(key, queue()), graph(key, queue(kmsMasterKeyId=arn)))

    assert "`k` → `arn:aws:kms:eu-west-1:<account>:key/<keys-data>`" in text


def test_a_secret_is_never_shown() -> None:
    before, after = (
        graph(queue(policy=f"[secret {seal}]", secrets=("policy",))) for seal in ("0a", "0b")
    )

    text = told(before, after)

    assert "`policy`: `[secret]`, another one than before" in text
    assert "0a" not in text.replace(BASE, "")
    assert "0b" not in text.replace(BASE, "")


def test_what_costs_data_is_told_in_the_open_before_the_rest() -> None:
    routes = [resource("aws:ec2/routeTable:RouteTable", f"r{n}", vpcId=str(n)) for n in range(20)]
    before = graph(queue(name="q"), *routes)

    text = told(before, graph())

    grave, _, light = text.partition("<details><summary><b>Deleted</b> (20)</summary>")
    assert "**Deleted, with a loss**\n- `q` (sqs Queue): the messages in it are lost" in grave
    assert "`r0`" in light


def test_a_replacement_says_what_forces_it_and_what_it_costs() -> None:
    before, after = (
        graph(resource("aws:mwaa/environment:Environment", "e", kmsKey=key)) for key in "ab"
    )

    text = told(before, after)

    assert "- `e` (mwaa Environment) because of `kmsKey`: an hour without Airflow" in text
    assert "\n  - `kmsKey`: `a` → `b`" in text


def test_a_protected_resource_that_goes_is_pointed_out() -> None:
    text = told(graph(queue(options=Options(protect=True))), graph())

    assert "**it is protected, so `pulumi up` refuses**" in text


def test_a_move_and_a_forgotten_alias_are_told_apart() -> None:
    old = queue("old")
    moved = queue("new", options=Options(aliases=(old.urn,)))

    assert "was `aws:sqs/queue:Queue::old`; an alias says so" in told(graph(old), graph(moved))
    assert "give it an alias" in told(graph(old), graph(queue("new")))


def test_permissions_are_told_in_words() -> None:
    document = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
    policy = resource("aws:iam/rolePolicy:RolePolicy", "p", role="r", policy=json.dumps(document))

    text = told(graph(), graph(policy))

    assert "**Permissions gained**\n- **role** `r` may now `s3:GetObject` on `*`\n" in text
    assert "| 1 gained |" in text


def test_broken_rules_are_told_before_anything_else() -> None:
    text = told(graph(), graph(resource("aws:s3/bucket:Bucket", "b", bucket="b")))

    assert text.index("**Rules that this breaks**") < text.index("**Added**")


def test_a_rule_that_was_broken_before_is_only_counted() -> None:
    bucket = resource("aws:s3/bucket:Bucket", "b", bucket="b")

    text = told(graph(bucket), graph(bucket, queue()))

    assert "**Rules that this breaks**" not in text
    assert "broken rules are as old as the base" in text


def test_a_dearer_stack_says_what_makes_it_so() -> None:
    nat = resource("aws:ec2/natGateway:NatGateway", "nat")
    logs = resource(LOGS, "l", name="l", retentionInDays=14, tags={})

    text = told(graph(), graph(nat, logs))

    assert "| $0.00 → $33.33 (**+$33.33**) |" in text
    assert "**Cost**\n- `nat`: $0.00 → $33.30 (**+$33.30**)\n- 1 other: +$0.03\n" in text


def test_a_price_that_nobody_knows_is_said() -> None:
    unknown = {**MODEL, "endpoint": {"instance_type": "ml.x9.large", "instance_count": 1}}

    text = told(graph(), graph(queue()), abalone=unknown)

    assert "`endpoint of abalone`: 1 x ml.x9.large: no price is known here" in text


def test_a_type_that_nobody_priced_is_said() -> None:
    text = told(graph(), graph(resource("aws:new/thing:Thing", "t")))

    assert "not counted, as nobody has priced it: `aws:new/thing:Thing`" in text


def test_a_new_stack_is_said_to_be_new() -> None:
    assert "**The stack is new: the base has no file for it.**" in told(
        graph(), graph(queue()), exists=(False, True)
    )


def test_a_stack_that_goes_stays_on_aws() -> None:
    assert "what it made stays on AWS" in told(graph(queue()), graph(), exists=(True, False))


def test_a_long_comment_is_cut_to_what_github_takes() -> None:
    many = graph(*(queue(f"queue-{n:04}", name="x" * 200) for n in range(900)))
    other = graph(*(queue(f"queue-{n:04}", name="y" * 200) for n in range(900)))

    text = told(many, other)

    assert len(text.encode()) <= LIMIT
    assert "more: `make preview LIMIT=1000000` shows all of them" in text
    assert "| **900** |" in text


def test_a_comment_that_no_counting_shortens_is_cut_and_says_so() -> None:
    huge = {f"property{n}": "x" * 200 for n in range(400)}

    text = told(graph(queue()), graph(queue(**huge)))

    assert len(text.encode()) <= LIMIT
    assert text.endswith("… cut here: `make preview LIMIT=1000000` shows all of it.\n")


def test_a_smaller_limit_is_kept_as_well() -> None:
    many = graph(*(queue(f"queue-{n:04}") for n in range(900)))

    text = report([reviewed(graph(), many)], BASE, 4_000)

    assert len(text.encode()) <= 4_000
    assert "more: `make preview LIMIT=1000000` shows all of them" in text


def test_what_a_report_says_shows_all_of_it_does() -> None:
    many = graph(*(queue(f"queue-{n:04}") for n in range(3_000)))
    reviews = [reviewed(graph(), many)]
    said = re.search(r"`make preview LIMIT=(\d+)` shows all", report(reviews, BASE))

    assert said is not None
    whole = report(reviews, BASE, int(said[1]))

    assert "shows all" not in whole
    assert whole.count("(sqs Queue)") == 3_000


def test_long_values_are_told_by_what_differs() -> None:
    before, after = (f"{'a' * 500}{word}{'z' * 500}" for word in ("old", "new"))

    text = told(graph(queue(policy=before)), graph(queue(policy=after)))

    shared = f"{'a' * 40}{{}}{'z' * 40}"
    assert f"`… {shared.format('old')} …` → `… {shared.format('new')} …`" in text


def test_assumptions_that_all_stacks_share_are_said_once() -> None:
    reviews = [reviewed(graph(), graph(queue())), reviewed(graph(), graph(queue()))]

    assert report(reviews, BASE).count("no free tier, discount or tax is counted") == 1


def test_programs_get_the_same_as_json() -> None:
    found = to_json([reviewed(graph(queue(x=1)), graph(queue(x=2)))], "main", "0123")

    assert found["base"] == {"ref": "main", "commit": "0123"}
    (change,) = found["stacks"]["dev"]["resources"]
    assert change["differences"] == [{"path": "x", "before": 1, "after": 2}]
    json.dumps(found)


def test_a_side_that_has_nothing_is_left_out_of_the_json() -> None:
    found = to_json([reviewed(graph(queue(x=None)), graph(queue()))], "main", "0123")

    (change,) = found["stacks"]["dev"]["resources"]
    assert change["differences"] == [{"path": "x", "before": None}]
