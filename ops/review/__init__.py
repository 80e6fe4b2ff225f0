"""Comments on a pull request in CodeCommit: what it changes, in one comment kept up to date.

The build that `components/pull_request_review.py` declares runs it. It decides nothing about the
change: it carries what `make preview` printed to where the reviewer is.
"""
