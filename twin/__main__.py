"""`python -m twin`: the command line."""

from ops.start import start

start("twin", "twin.cli")
