"""Parquet on Spark: where it lies, with the footer's own names of its types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from etl.parquet_layout import Footer, RawColumn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from etl.parquet_layout import RawType

SETTINGS: Final = {
    "spark.sql.session.timeZone": "UTC",
    # Nanoseconds are refused otherwise; dates before 1582 are, or moved, unless Spark wrote them.
    "spark.sql.legacy.parquet.nanosAsLong": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
}

_PLAIN: Final[dict[str, RawType]] = {
    "BOOLEAN": "boolean",
    "INT32": "integer",
    "INT64": "integer",
    "FLOAT": "float",
    "DOUBLE": "double",
    "INT96": "timestamp",
}
_ANNOTATED: Final[tuple[tuple[str, RawType], ...]] = (
    ("STRING|ENUM|JSON", "text"),
    (r"INTEGER\(.*", "integer"),
    (r"DECIMAL\(.*", "decimal"),
    ("DATE", "date"),
    (r"TIMESTAMP\(.*", "timestamp"),
)
_NANOSECONDS: Final = 1_000_000_000


def read_footer(session: Any, uri: str) -> Footer:  # noqa: ANN401 - a Spark session
    """Return what a file says of itself; Spark's own schema has nanoseconds as numbers."""
    jvm, context = session._jvm, session._jsc  # noqa: SLF001 - there is no other way to a footer
    path = jvm.org.apache.hadoop.fs.Path(uri)
    parquet = jvm.org.apache.parquet.hadoop
    file = parquet.util.HadoopInputFile.fromPath(path, context.hadoopConfiguration())
    reader = parquet.ParquetFileReader.open(file)
    try:
        fields = reader.getFileMetaData().getSchema().getFields()
        columns = tuple(_column(field) for field in fields)
        return Footer(int(reader.getRecordCount()), columns)
    finally:
        reader.close()


def expressions(types: Sequence[tuple[str, str]], columns: Mapping[str, RawColumn]) -> list[str]:
    """Return what `lines` selects of a table with these names and types."""
    known = dict(types)
    values = [f"{_value(raw, known[raw.name])} as p_{name}" for name, raw in columns.items()]
    return ["_metadata.row_index + 1 as record", *values]


def _column(field: Any) -> RawColumn:  # noqa: ANN401 - a field of a Parquet schema
    name, found = str(field.getName()), field.getLogicalTypeAnnotation()
    annotation = "" if found is None else str(found)
    if not field.isPrimitive() or str(field.getRepetition()) == "REPEATED":
        nested = {"LIST": "list", "MAP": "map"}.get(annotation, "struct")
        return RawColumn(name, "other", "list" if field.isPrimitive() else nested)
    physical = str(field.asPrimitiveType().getPrimitiveTypeName())
    if not annotation:
        kind = _PLAIN.get(physical)
        return RawColumn(name, kind or "other", kind or "binary")
    for form, kind in _ANNOTATED:
        if re.fullmatch(form, annotation):
            scale = int(found.getScale()) if kind == "decimal" else 0
            nanoseconds = {"per_second": _NANOSECONDS} if "NANOS" in annotation else {}
            return RawColumn(name, kind, kind, scale=scale, **nanoseconds)
    return RawColumn(name, "other", annotation.split("(")[0].lower())


def _value(raw: RawColumn, spark_type: str) -> str:
    name = "`" + raw.name.replace("`", "``") + "`"
    if raw.type == "date":
        return f"unix_date({name})"
    if raw.type == "timestamp" and spark_type != "bigint":
        return f"unix_micros(cast({name} as timestamp))"
    return f"cast({name} as string)" if raw.type == "text" else name
