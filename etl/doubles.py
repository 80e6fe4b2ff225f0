"""Floating-point numbers to text, as SQL that both engines answer alike: neither prints one.

A double is the number of 15 significant digits nearest to it, which gives back every decimal of so
many digits that was stored as one. A float is that of 6 digits if it is stored as the same float,
or else that of 9. Multiplying, dividing and rounding down are the same on every machine by IEEE
754; printing is not. Less than 1e-30 is 0, and 1e30 stands for whatever is larger.
"""

from __future__ import annotations

from typing import Final

_SMALL: Final = 22
_LARGE: Final = 15
"""Powers of ten that very small numbers are multiplied by, and very large ones divided."""

_DIGITS: Final = 15
_FLOAT_DIGITS: Final = (6, 9)


def double(text: str) -> str:
    """Return a literal."""
    return f"cast('{text}' as double)"


def magnitude(value: str) -> str:
    """Return a number of at least 1e-8 and below 1e15, or next to nothing; null if out of reach."""
    size = f"abs(cast({value} as double))"
    return (
        f"case when isnan({value}) or {size} >= {double('1e30')} then null"
        f" when {size} < {double('1e-8')} then {size} * {double(f'1e{_SMALL}')}"
        f" when {size} >= {double(f'1e{_LARGE}')} then {size} / {double(f'1e{_LARGE}')}"
        f" else {size} end"
    )


def moved(value: str) -> str:
    """Return by which power of ten the magnitude was multiplied."""
    size = f"abs(cast({value} as double))"
    return (
        f"case when {size} < {double('1e-8')} then {_SMALL}"
        f" when {size} >= {double(f'1e{_LARGE}')} then {-_LARGE} else 0 end"
    )


def as_float(size: str, value: str) -> str:
    """Return the magnitude of a float, rounded to as few digits as it takes."""
    few, many = (_rounded(size, digits) for digits in _FLOAT_DIGITS)
    whole = (
        f"case when abs({value}) < {double('1e-8')} then {few} / {double(f'1e{_SMALL}')}"
        f" when abs({value}) >= {double(f'1e{_LARGE}')} then {few} * {double(f'1e{_LARGE}')}"
        f" else {few} end"
    )
    same = f"cast({whole} as float) = abs({value})"
    return f"case when {same} then {few} else {many} end"


def digits(size: str) -> str:
    """Return the significant digits of a magnitude, as a number."""
    return f"cast({_scaled(size, _DIGITS)} as bigint)"


def places(size: str) -> str:
    """Return how many of those digits stand after the point."""
    cases = [
        f"when {size} >= {double(f'1e{_DIGITS - 1 - place}')} then {place}"
        for place in range(_DIGITS + 7)
    ]
    return f"case {' '.join(cases)} else {_DIGITS + 7} end"


def text(value: str, number: str, after: str) -> str:
    """Return the text of a value, of its digits and how many of them stand after the point."""
    whole = f"cast({number} as string)"
    longest = f"case when length({whole}) > {after} then length({whole}) else {after} + 1 end"
    filled = f"lpad({whole}, cast({longest} as int), '0')"
    point = f"length({filled}) - {after}"
    fraction = f"trim(trailing '0' from substr({filled}, {point} + 1))"
    before = f"substr({filled}, 1, {point})"
    shown = (
        f"case when {after} <= 0 then {whole} || repeat('0', 0 - {after})"
        f" when {fraction} = '' then {before} else {before} || '.' || {fraction} end"
    )
    sign = f"case when {value} < 0 then '-' else '' end"
    return (
        f"case when isnan({value}) then 'NaN' when {number} is null and {value} is not null"
        f" then {sign} || '1e30' when {number} = 0 then '0' else {sign} || {shown} end"
    )


def _rounded(size: str, count: int) -> str:
    """Return a magnitude rounded to so many significant digits."""
    cases = [
        f"when {size} >= {double(f'1e{power}')} then {_at(size, count - 1 - power)}"
        for power in range(_DIGITS - 1, -9, -1)
    ]
    return f"(case {' '.join(cases)} else {size} end)"


def _at(size: str, place: int) -> str:
    factor = double(f"1e{abs(place)}")
    if place < 0:
        return f"floor({size} / {factor} + 0.5) * {factor}"
    return f"floor({size} * {factor} + 0.5) / {factor}"


def _scaled(size: str, count: int) -> str:
    cases = [
        f"when {size} >= {double(f'1e{power}')} then"
        f" floor({size} * {double(f'1e{count - 1 - power}')} + 0.5)"
        for power in range(_DIGITS - 1, -8, -1)
    ]
    return f"case {' '.join(cases)} else floor({size} * {double('1e22')} + 0.5) end"
