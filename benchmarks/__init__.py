"""Measurements that anybody can repeat, each beside its baseline in the same run."""
