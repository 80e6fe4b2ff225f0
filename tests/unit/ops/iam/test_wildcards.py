"""Stars stand for any text, in an ARN within its part alone."""

from __future__ import annotations

import pytest

from ops.iam.wildcards import fits, fits_arn


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("s3:*", "s3:GetObject"),
        ("s3:Get*", "s3:GetObject"),
        ("s3:GetObject", "s3:GetObject"),
        ("a?c", "abc"),
        ("*", ""),
        ("raw/*", "raw/a/b\nc"),
        ("a.c", "a.c"),
    ],
)
def test_a_pattern_fits(pattern: str, text: str) -> None:
    assert fits(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("s3:Get*", "s3:PutObject"), ("a?c", "ac"), ("a.c", "abc"), ("abc", "ABC"), ("ab", "abc")],
)
def test_a_pattern_does_not_fit(pattern: str, text: str) -> None:
    assert not fits(pattern, text)


def test_case_can_be_left_aside() -> None:
    assert fits("S3:getobject", "s3:GetObject", ignore_case=True)


@pytest.mark.parametrize(
    ("pattern", "arn"),
    [
        ("arn:aws:s3:::bucket/raw/*", "arn:aws:s3:::bucket/raw/a/b.csv"),
        ("arn:aws:sqs:us-east-1:*:airflow-*", "arn:aws:sqs:us-east-1:1:airflow-x"),
        ("arn:aws:logs:us-east-1:1:log-group:/a:*", "arn:aws:logs:us-east-1:1:log-group:/a:s:b"),
        ("*", "arn:aws:s3:::bucket"),
    ],
)
def test_an_arn_fits(pattern: str, arn: str) -> None:
    assert fits_arn(pattern, arn)


@pytest.mark.parametrize(
    ("pattern", "arn"),
    [
        ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket"),
        ("arn:aws:s3:::bucket", "arn:aws:s3:::bucket/key"),
        ("arn:aws:sqs:*:queue", "arn:aws:sqs:us-east-1:1:queue"),
        ("arn:aws:sqs:us-east-1:1*:queue", "arn:aws:sqs:us-east-1:2:1:queue"),
    ],
)
def test_an_arn_does_not_fit(pattern: str, arn: str) -> None:
    assert not fits_arn(pattern, arn)
