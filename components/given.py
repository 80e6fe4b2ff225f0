"""Reads settings one by one and notes what is wrong with each, so that all is said together."""

from __future__ import annotations

import difflib
import ipaddress
import re
from typing import TYPE_CHECKING, NamedTuple

from components.naming import name_prefix
from models.endpoint import INSTANCE_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    # Returns the text of a setting by its full key (`mlops:branch`), None where it is not set.
    Read = Callable[[str], str | None]

VPC_PREFIX_LENGTHS = range(16, 23)
PRIVATE_NETWORKS = tuple(
    ipaddress.IPv4Network(network) for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
)
"""RFC 1918. What else no router carries (loopback, link-local, reserved), EC2 refuses."""


class Form(NamedTuple):
    """What a text has to look like: a pattern, and the same in words."""

    pattern: str
    expected: str


class Given:
    """Reads one setting after the other and notes what is wrong with each.

    A setting in trouble reads as a harmless value, so that the others are still looked at.
    """

    def __init__(self, read: Read, project: str, encrypted: Collection[str] = ()) -> None:
        self._read = read
        self._project = project
        self._encrypted = encrypted
        self._asked: set[str] = set()
        self.problems: list[str] = []

    def key(self, name: str) -> str:
        """Return the full key of a setting."""
        return name if ":" in name else f"{self._project}:{name}"

    def prefix(self, stack: str) -> str:
        """Return the name prefix of a stack."""
        try:
            return name_prefix(self._project, stack)
        except ValueError as error:
            self.problems.append(str(error))
            return ""

    def text(self, name: str, form: Form) -> str:
        """Return text that matches the form's pattern as a whole."""
        value = self._value(name)
        if value is not None and re.fullmatch(form.pattern, value, re.ASCII):
            return value
        self._note(name, value, form.expected)
        return ""

    def optional(self, name: str, form: Form) -> str | None:
        """Return text of the form, None for empty text."""
        return self.text(name, form) or None

    def private_text(self, name: str, form: Form) -> str:
        """Return text that may be encrypted in the stack's file; then nobody looks at it here.

        Nobody could, where the program is evaluated without the key.
        """
        if self.is_encrypted(name):
            self._asked.add(self.key(name))
            return self._read(self.key(name)) or ""
        return self.text(name, form)

    def is_encrypted(self, name: str) -> bool:
        """Tell whether the stack's file holds a setting encrypted."""
        return self.key(name) in self._encrypted

    def instance_type(self, name: str) -> str | None:
        """Return an instance type of SageMaker, None for empty text."""
        pattern = f"({INSTANCE_TYPE.pattern})?"
        return self.optional(name, Form(pattern, "an instance type such as ml.m5.large, or ''"))

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return one of the choices."""
        expected = "one of " + ", ".join(choices)
        value = self._value(name)
        if value in choices:
            return value
        self._note(name, value, expected)
        return ""

    def flag(self, name: str) -> bool:
        """Return a boolean."""
        return self.choice(name, ("true", "false")) == "true"

    def whole(self, name: str, allowed: range | tuple[int, ...]) -> int:
        """Return a whole number of those allowed."""
        expected = (
            f"a whole number from {allowed[0]} to {allowed[-1]}"
            if isinstance(allowed, range)
            else "one of " + ", ".join(map(str, allowed))
        )
        value = self._value(name)
        if value is not None and re.fullmatch(r"[0-9]{1,9}", value) and int(value) in allowed:
            return int(value)
        self._note(name, value, expected)
        return 0

    def seconds(self, name: str) -> float:
        """Return a positive number of seconds, an hour at most."""
        expected = "seconds from 0.1 to 3600, in quotes"
        value = self._value(name)
        if value is not None and re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", value):
            seconds = float(value)
            if 0.1 <= seconds <= 3600:  # noqa: PLR2004 - the bounds stand in the message
                return seconds
        self._note(name, value, expected)
        return 0.0

    def network(self, name: str) -> str:
        """Return a private IPv4 network that four subnets fit into."""
        lengths = f"/{VPC_PREFIX_LENGTHS[0]} to /{VPC_PREFIX_LENGTHS[-1]}"
        expected = f"a private IPv4 network of {lengths}, such as 10.42.0.0/16"
        value = self._value(name)
        if value is not None and _is_usable_network(value):
            return value
        self._note(name, value, expected)
        return ""

    def refuse_unknown(self, keys: Iterable[str]) -> None:
        """Note the keys of this project that nothing asked for: most are misspelt."""
        for key in sorted(set(keys) - self._asked):
            if key.startswith(f"{self._project}:"):
                near = difflib.get_close_matches(key, self._asked, 1)
                hint = f"; did you mean {near[0]}?" if near else ""
                self.problems.append(f"{key} is no setting of this project{hint}")

    def _value(self, name: str) -> str | None:
        """Return a setting's text; None where it is not set, or encrypted and so not for all."""
        self._asked.add(self.key(name))
        return None if self.is_encrypted(name) else self._read(self.key(name))

    def _note(self, name: str, value: str | None, expected: str) -> None:
        found = "not set" if value is None else f"{value!r:.80}"
        if self.is_encrypted(name):
            found, expected = "encrypted", f"plain text, as a preview has no key: {expected}"
        self.problems.append(f"{self.key(name)} is {found}; expected {expected}")


def _is_usable_network(value: str) -> bool:
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError:
        return False
    # Python reads other notations too, of which EC2 takes none.
    is_canonical = str(network) == value
    is_private = any(network.subnet_of(private) for private in PRIVATE_NETWORKS)
    return is_canonical and is_private and network.prefixlen in VPC_PREFIX_LENGTHS
