"""Sends again what lies in a stack's dead-letter queues.

Read `decisions` first: what a message was, and what belongs to it; `work` carries that out, `cloud`
is its only way to AWS. It mends no cause: what failed for good fails again, and stays.
"""
