"""One Glue job run: from a request to a dataset.

The story: read the request, load the raw lines, judge each object's layout, turn lines into rows
that know their destination, look at them, refuse what is mostly wrong, write the files, and the
manifest last. A dataset without a manifest does not exist, so a run that dies half way leaves
nothing that counts, and the next one writes the same keys again. The cost: the engine holds all
rows once.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Final

from etl import manifest, sql, summary
from etl.contract import DESTINATIONS, QUARANTINE, SPLITS
from etl.engines import open_engine
from etl.errors import EtlError
from etl.layout import HEAD_BYTES, read_layout
from etl.quality import read_reasons, refuse_bad_data
from etl.request import parse_request
from etl.settings import Settings
from etl.storage import open_storage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etl.contract import Destination
    from etl.engines import Engine
    from etl.manifest import Dataset, File
    from etl.request import Request
    from etl.storage import Storage

LOG = logging.getLogger("etl")

BYTES_PER_FILE: Final = 128 * 1024 * 1024
"""Raw bytes for each file that an engine of many machines writes."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run the job; what stops it is the last line on stderr, which is what Glue shows."""
    logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format="%(message)s")
    LOG.setLevel(logging.INFO)
    try:
        run(Settings.parse(argv))
    except EtlError as error:
        sys.exit(str(error))


def run(settings: Settings) -> None:
    """Make the dataset that the request asks for, unless it exists.

    Raises:
        EtlError: there is no dataset, and why.
    """
    storage, bucket, key = open_storage(settings.request_uri)
    request = parse_request(storage.read(bucket, key), settings.request_uri)
    LOG.info("dataset %s of %s, code %s", request.dataset_id, request.model, settings.commit or "-")
    if storage.exists(request.artifact_bucket, request.manifest_key):
        LOG.info("exists already: nothing to do")
        return
    with open_engine(settings.engine, storage) as engine:
        _load(engine, request)
        dataset = _make(engine, request, storage)
        engine.confirm(request.sources)
    _publish(dataset, storage)


def _load(engine: Engine, request: Request) -> None:
    """Turn raw objects into the engine's table `rows`."""
    LOG.info("reading %d objects, %d bytes, on %s", len(request.sources), request.size, engine.name)
    engine.load(request.sources)
    layouts = [
        read_layout(source.key, engine.head(source, HEAD_BYTES), request.contract)
        for source in request.sources
    ]
    engine.compute(sql.rows(request.contract, layouts))


def _make(engine: Engine, request: Request, storage: Storage) -> Dataset:
    """Look at the rows, then write them: the quarantine first, for whoever has to mend the data."""
    answers = engine.fetch(summary.query(request.contract))
    rows = summary.row_counts(answers)
    LOG.info("rows: %s", ", ".join(f"{name} {count:,}" for name, count in rows.items()))
    counted, examples = engine.fetch(sql.reasons()), engine.fetch(sql.examples())
    reasons = read_reasons(counted, examples, request.contract)
    for reason in reasons:
        LOG.info("quarantine: %s", reason)
    files = {QUARANTINE: _write(engine, request, QUARANTINE)}
    quarantine_uri = storage.uri(request.artifact_bucket, files[QUARANTINE][0].key)
    refuse_bad_data(rows, reasons, request.contract, request.model, quarantine_uri)
    files |= {name: _write(engine, request, name) for name in SPLITS}
    return manifest.Dataset(
        request=request,
        files={name: files[name] for name in DESTINATIONS},
        rows=rows,
        digests=summary.digests(answers),
        statistics=summary.statistics(answers, request.contract),
        reasons=reasons,
    )


def _write(engine: Engine, request: Request, destination: Destination) -> list[File]:
    prefix = manifest.part_prefix(request, destination)
    files = 1 + request.size // BYTES_PER_FILE
    return engine.write(sql.output(destination), request.artifact_bucket, prefix, files)


def _publish(dataset: Dataset, storage: Storage) -> None:
    """Write the channel manifests, then the manifest that makes the dataset exist."""
    request = dataset.request
    for split in SPLITS:
        content = manifest.channel_manifest(dataset, split)
        storage.write(request.artifact_bucket, manifest.channel_key(request, split), content)
    content = manifest.dataset_manifest(dataset)
    storage.write(request.artifact_bucket, request.manifest_key, content)
    LOG.info("wrote %s", storage.uri(request.artifact_bucket, request.manifest_key))
