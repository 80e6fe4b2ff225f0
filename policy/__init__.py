"""Rules that every stack has to keep, as pure functions over the evaluated program.

    violations(graph) -> tuple[Violation, ...]     # policy.rules

They need neither credentials nor an engine: tests and `make preview` run them on the graph that
`ops.program` evaluates, and `pulumi preview --policy-pack policy` runs the same ones on what the
engine is about to do (`policy/__main__.py`). `policy.controls` says which published controls they
stand for, and why the others do not apply.
"""
