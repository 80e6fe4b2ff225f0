"""`make redrive STACK=dev`: sends again what lies in the dead-letter queues."""

from ops.start import start

start("redrive", "ops.redrive.command")
