"""The stack's parts, one component a file; `__main__.py` wires them together."""
