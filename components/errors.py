"""What a person has to mend before the program can run."""

from __future__ import annotations

import pulumi


class ProgramError(pulumi.RunError):
    """The program cannot run as it stands; its message is all there is to say.

    Pulumi shows such an error alone, without source text or stack trace.
    """
