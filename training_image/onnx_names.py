"""Names of the model's inputs and output: whoever writes the graph and whoever runs it agree."""

from typing import Final

NUMERIC: Final = "numeric"
"""Numbers, 32 bits, one row each, in the schema's order; NaN is missing."""

CATEGORICAL: Final = "categorical"
"""Words, one row each, in the schema's order; the empty word is missing."""

PREDICTION: Final = "prediction"
"""One number a row."""

PROBABILITIES: Final = "probabilities"
"""One number for each class a row, in the order of the schema's classes."""
