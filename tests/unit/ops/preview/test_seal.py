"""Sealed secrets can be compared, and nothing else."""

from __future__ import annotations

from ops.preview.seal import sealing


def test_equal_secrets_have_equal_seals() -> None:
    seal = sealing(b"key")

    assert seal("hush") == seal("hush")
    assert seal("hush") != seal("other")


def test_a_guess_cannot_be_checked_without_the_key() -> None:
    assert sealing(b"key")("hush") != sealing(b"other")("hush")


def test_nothing_of_the_secret_is_in_its_seal() -> None:
    assert "hush" not in sealing(b"key")("hush")
