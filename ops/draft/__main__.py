"""`make model NAME=wine FILE=wine.csv TARGET=quality`: a model file drafted from a raw file."""

from ops.start import start

start("model", "ops.draft.command")
