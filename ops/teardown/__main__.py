"""`make teardown STACK=dev`: deletes what the DAGs made."""

from ops.start import start

start("teardown", "ops.teardown.command")
