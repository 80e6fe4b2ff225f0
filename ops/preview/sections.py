"""Sections of a report: entries under a title, folded where they are many. Pure.

What stacks have in common is told of the first alone, and counted in the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from ops.preview.markdown import code, details

if TYPE_CHECKING:
    from collections.abc import Sequence

UNFOLDED: Final = 12
"""Lines that are shown without opening anything."""

ALL: Final = "make preview LIMIT=1000000"
"""Shows what did not fit: the limit of the verb itself is that of a comment."""


@dataclass(frozen=True)
class Section:
    """Entries under a title.

    Attributes:
        title: What they have in common.
        items: The entries, in Markdown; each may go on in lines of its own.
        is_grave: Whether they are always in the open, and told of each stack.
        shared: How many more there are that were told of another stack.
        teller: That stack.
    """

    title: str
    items: tuple[str, ...]
    is_grave: bool = False
    shared: int = 0
    teller: str = ""

    def render(self, entries: int) -> str:
        """Return the section with so many of its entries; the rest is counted."""
        lines = [f"- {item}" for item in self.items[:entries]]
        if len(self.items) > entries:
            lines.append(f"- … and {len(self.items) - entries} more: `{ALL}` shows all of them")
        if self.shared:
            lines.append(f"- and {self.shared} as in **{self.teller}**")
        body = "\n".join(lines)
        if self.is_grave or body.count("\n") < UNFOLDED:
            return f"**{self.title}**\n{body}"
        return details(f"<b>{self.title}</b> ({len(self.items) + self.shared})", body)


@dataclass(frozen=True)
class Told:
    """What was told of a stack before.

    Attributes:
        stack: Its name.
        prefix: What its names begin with: the same entry has another one in another stack.
        sections: All of it.
    """

    stack: str
    prefix: str
    sections: Sequence[Section]

    def rest(self, section: Section, prefix: str) -> Section:
        """Return a section of another stack without the entries that were told here."""
        known = {item for one in self.sections if one.title == section.title for item in one.items}
        if section.is_grave:
            return section
        own = tuple(one for one in section.items if one.replace(prefix, self.prefix) not in known)
        return replace(section, items=own, shared=len(section.items) - len(own), teller=self.stack)

    def refer(self, sections: Sequence[Section], prefix: str) -> str:
        """Return the sentence that stands for sections of which all was told here."""
        names = ", ".join(f"{one.title.lower()} ({one.shared})" for one in sections)
        return f"As in **{self.stack}**, but for {code(prefix)} in the names: {names}."
