"""What a role may do is decided as IAM decides it."""

from __future__ import annotations

from typing import Any

from ops.iam.documents import Statement, parse
from ops.iam.evaluate import Asked, Decision, Policies, actions_of, decide, decide_for_service

ROLE = "arn:aws:iam::123456789012:role/stack-etl"
ROOT = "arn:aws:iam::123456789012:root"
OBJECT = "arn:aws:s3:::data/raw/a.csv"
KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
READ = Asked("s3:GetObject", OBJECT, {"aws:SecureTransport": "true"})
LOGS = "logs.us-east-1.amazonaws.com"
GROUP = "arn:aws:logs:us-east-1:123456789012:log-group"
ENCRYPT = Asked("kms:Encrypt", KEY, {"kms:EncryptionContext:aws:logs:arn": f"{GROUP}:stack-etl"})
DECRYPT = Asked("kms:Decrypt", KEY, {"kms:ViaService": "s3.us-east-1.amazonaws.com"})


def statements(*found: dict[str, Any]) -> tuple[Statement, ...]:
    base = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/raw/*"}
    return parse({"Statement": [{**base, **one} for one in found]})


def judge(asked: Asked = READ, **policies: Any) -> Decision:
    policies.setdefault("identity", ())
    return decide(asked, ROLE, Policies(**policies))


def test_what_a_statement_names_is_allowed() -> None:
    decision = judge(identity=statements({"Sid": "ReadRawFiles"}))

    assert decision == Decision(allowed=True, why="ReadRawFiles allows it")


def test_what_nothing_names_is_not() -> None:
    decision = judge(identity=statements({"Action": "s3:PutObject"}))

    assert decision == Decision(
        allowed=False, why="no statement of the role's policies names the action"
    )


def test_what_is_allowed_elsewhere_says_where() -> None:
    decision = judge(identity=statements({"Sid": "ReadCode", "Resource": "arn:aws:s3:::code/*"}))

    assert decision.why == "it is allowed elsewhere alone: ReadCode on arn:aws:s3:::code/*"


def test_a_condition_that_does_not_hold_is_named() -> None:
    condition = {"StringEquals": {"s3:prefix": "raw/"}}

    decision = judge(identity=statements({"Sid": "List", "Condition": condition}))

    assert not decision.allowed
    assert decision.why == "List allows it only with StringEquals s3:prefix ['raw/'] (found [])"


def test_a_denial_beats_every_permission() -> None:
    deny = {"Sid": "Never", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}

    decision = judge(identity=statements({}, deny))

    assert decision == Decision(allowed=False, why="Never denies it")


def test_a_denial_whose_condition_does_not_hold_denies_nothing() -> None:
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    deny = {"Effect": "Deny", "Principal": "*", "Resource": "*", "Condition": condition}

    decision = judge(identity=statements({}), resource=statements(deny))

    assert decision.allowed


def test_a_denial_of_the_resource_counts_for_whom_it_means() -> None:
    mine = statements({"Sid": "No", "Effect": "Deny", "Principal": "*"})
    others = statements({"Effect": "Deny", "Principal": {"AWS": f"{ROLE}-other"}})

    assert not judge(identity=statements({}), resource=mine).allowed
    assert judge(identity=statements({}), resource=others).allowed


def test_a_bucket_s_own_policy_can_allow_a_role_by_name() -> None:
    assert judge(resource=statements({"Principal": {"AWS": ROLE}})).allowed


def test_a_policy_that_means_the_whole_account_leaves_it_to_the_role() -> None:
    resource = statements({"Principal": {"AWS": ROOT}})

    assert not judge(resource=resource).allowed
    assert judge(identity=statements({}), resource=resource).allowed


def test_a_key_s_policy_has_to_allow_it_too() -> None:
    own = statements({"Action": "kms:Decrypt", "Resource": KEY})
    conditions = {"ArnEquals": {"aws:PrincipalArn": [ROLE]}}
    opens = statements(
        {"Principal": {"AWS": ROOT}, "Action": "kms:*", "Resource": "*", "Condition": conditions}
    )

    closed = judge(DECRYPT, identity=own, resource_decides=True)
    opened = judge(DECRYPT, identity=own, resource=opens, resource_decides=True)
    not_asked = judge(DECRYPT, resource=opens, resource_decides=True)

    assert closed.why == "the resource's own policy does not allow it"
    assert opened.allowed
    assert not not_asked.allowed


def test_a_boundary_has_to_allow_it_too() -> None:
    own = statements({})

    within = judge(identity=own, boundary=statements({"Action": "s3:*", "Resource": "*"}))
    beyond = judge(identity=own, boundary=statements({"Action": "glue:*", "Resource": "*"}))

    assert within.allowed
    assert beyond.why == "the role's permissions boundary does not allow it"


def test_a_boundary_s_denial_denies() -> None:
    boundary = statements({"Action": "*", "Resource": "*"}, {"Sid": "Not", "Effect": "Deny"})

    assert judge(identity=statements({}), boundary=boundary).why == "Not denies it"


def test_the_role_itself_is_part_of_the_context() -> None:
    condition = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/stack-*"}}

    assert judge(identity=statements({"Condition": condition})).allowed


def opens_to(principal: Any, **more: Any) -> dict[str, Any]:
    base = {"Sid": "Open", "Principal": principal, "Action": "kms:Encrypt", "Resource": "*"}
    return {**base, **more}


def groups(pattern: str) -> dict[str, Any]:
    return {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"{GROUP}:{pattern}"}}


def test_a_key_lets_a_service_in_that_it_names() -> None:
    policy = statements(opens_to({"Service": LOGS}, Condition=groups("stack-*")))

    decision = decide_for_service(ENCRYPT, LOGS, policy)

    assert decision == Decision(allowed=True, why="Open allows it")


def test_a_key_lets_a_service_in_that_lets_everybody_in() -> None:
    assert decide_for_service(ENCRYPT, LOGS, statements(opens_to("*"))).allowed


def test_the_account_is_no_service() -> None:
    policy = statements(opens_to({"AWS": ROOT}), opens_to({"Service": "events.amazonaws.com"}))

    decision = decide_for_service(ENCRYPT, LOGS, policy)

    assert decision == Decision(allowed=False, why=f"no statement lets {LOGS} do it")


def test_a_service_is_let_in_for_what_it_acts_for_alone() -> None:
    policy = statements(opens_to({"Service": LOGS}, Condition=groups("other-*")))

    decision = decide_for_service(ENCRYPT, LOGS, policy)

    assert not decision.allowed
    assert decision.why.startswith("Open allows it only with ArnLike kms:EncryptionContext")


def test_a_denial_for_everybody_means_services_too() -> None:
    policy = statements(
        opens_to({"Service": LOGS}), opens_to("*", Sid="Never", Effect="Deny", Action="kms:*")
    )

    decision = decide_for_service(ENCRYPT, LOGS, policy)

    assert decision == Decision(allowed=False, why="Never denies it")


def test_actions_of_a_policy_are_those_it_allows() -> None:
    found = statements({"Action": ["s3:A", "s3:B"]}, {"Effect": "Deny", "Action": "s3:C"})

    assert actions_of(found) == {"s3:A", "s3:B"}
