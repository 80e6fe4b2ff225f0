"""`make cost STACK=dev`: what a stack costs in a month."""

from ops.start import start

start("cost", "ops.cost.command")
