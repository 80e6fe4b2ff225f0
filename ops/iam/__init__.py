"""What IAM decides, without IAM: policy documents read and evaluated. Pure.

Only what the stacks' policies use is known; anything else is refused by name, because a policy that
is judged wrongly is worse than one that is not judged.
"""
