"""`make preview BASE=main`: what the working tree changes, compared with a base."""

from ops.start import start

start("preview", "ops.preview.command")
