"""Deletes what a stack's DAGs made, which Pulumi does not own and `pulumi destroy` would leave.

Read `decisions` first: what is the stack's and in which order it goes; `work` carries that out,
`cloud` is its only way to AWS. It deletes no object of S3, and nothing that Pulumi made.
"""
