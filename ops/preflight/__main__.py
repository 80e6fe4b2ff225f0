"""`make preflight STACK=dev`: what MWAA would only report after half an hour."""

from ops.start import start

start("preflight", "ops.preflight.command")
