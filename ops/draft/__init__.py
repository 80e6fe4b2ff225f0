"""Drafts a model file from a raw file: `make model NAME= FILE= TARGET=`.

The story: `source` makes plain text of whatever the file is, `dialect` says how its lines are cut,
`rows` cuts them, `profile` counts what each column holds, `decide` makes a column of the contract
of it, `splits` and `baselines` measure what a model has to beat, `write` puts it down.
It is DuckDB that looks at the rows, at all of them: ranges are exact.
The cost: a copy of the file, unpacked, in a folder for temporary files.
"""
