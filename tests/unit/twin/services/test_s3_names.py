"""Names of buckets are what S3's rules say."""

from __future__ import annotations

import pytest

from twin.services.s3_names import broken_rule

OF_AN_ACCOUNT = "data-111122223333-us-west-2-an"


@pytest.mark.parametrize(
    "name",
    ["abc", "a" * 63, "mlops-twin-data-123456789012-us-east-1", "my.data.s3", "1.2.3.4.5"],
)
def test_a_name_that_s3_takes_breaks_no_rule(name: str) -> None:
    assert broken_rule(name) == ""


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("ab", "3 to 63 characters"),
        ("a" * 64, "3 to 63 characters"),
        ("Data", "lower-case letters"),
        ("my_data", "lower-case letters"),
        ("-data", "begin and end with a letter or number"),
        ("data-", "begin and end with a letter or number"),
        (".data", "begin and end with a letter or number"),
        ("my..data", "no two periods"),
        ("192.168.5.4", "no IP address"),
        ("xn--data", "xn--"),
        ("sthree-data", "sthree-"),
        ("amzn-s3-demo-data", "amzn-s3-demo-"),
        ("data-s3alias", "-s3alias"),
        ("data--ol-s3", "--ol-s3"),
        ("data.mrap", ".mrap"),
        ("data--x-s3", "--x-s3"),
        ("data--table-s3", "--table-s3"),
        (OF_AN_ACCOUNT, "-an"),
    ],
)
def test_a_name_that_s3_refuses_breaks_a_rule(name: str, rule: str) -> None:
    assert rule in broken_rule(name)


def test_an_end_of_accounts_is_taken_in_an_account_s_own_namespace() -> None:
    assert broken_rule(OF_AN_ACCOUNT, "account-regional") == ""
