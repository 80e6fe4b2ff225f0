"""One Glue job run: from a request to a dataset.

The story: read the request; for each raw object, find the part that it became under this code
and contract, or make it: judge its layout by its first lines, let the engine turn it batch by batch
into rows that know their destination, write the part's document last. Then put together what the
parts say, refuse what is mostly wrong, and write the manifest last. What has no document does not
exist: a run that dies half way leaves finished parts, which the next one finds, and nothing else
that counts. The cost: a dataset of many small raw objects is one of many small files.
"""

from __future__ import annotations

import logging
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from etl import manifest
from etl.answers import read_answers
from etl.contract import QUARANTINE, SPLITS
from etl.engines import GIGABYTE, open_engine
from etl.errors import EtlError, ManyValuesError
from etl.first_look import look
from etl.learnt import learn
from etl.parts import Part, part_document, part_id, part_key, read_part
from etl.plan import make_plan
from etl.progress import Progress
from etl.quality import refuse_bad_data
from etl.raw import is_divisible, refuse_marker
from etl.request import parse_request
from etl.settings import Settings
from etl.storage import open_storage
from etl.summary import Summary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from etl.engines import Done, Engine
    from etl.manifest import Dataset
    from etl.request import Request, Source
    from etl.settings import EngineChoice
    from etl.storage import Storage

    OpenStorage = Callable[[str], tuple[Storage, str, str]]
    OpenEngine = Callable[[EngineChoice, Storage, int, int], Engine]

LOG = logging.getLogger("etl")
_AT_ONCE: Final = 8
"""Requests for the documents of parts."""

REASONS_LOGGED: Final = 20
"""Lines of the log; the manifest has all reasons."""


def main(argv: Sequence[str] | None = None) -> None:
    """Run the job; what stops it is the last line on stderr, which is what Glue shows."""
    logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format="%(message)s")
    LOG.setLevel(logging.INFO)
    try:
        run(Settings.parse(argv))
    except EtlError as error:
        sys.exit(str(error))


def run(
    settings: Settings,
    open_storage: OpenStorage = open_storage,
    open_engine: OpenEngine = open_engine,
) -> None:
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
    dataset = manifest.Dataset.of(request, _parts(request, storage, settings, open_engine))
    try:
        _judge(dataset, storage)
    except EtlError as error:
        _refuse(dataset, storage, error)
        raise
    _publish(dataset, storage)


def _parts(
    request: Request, storage: Storage, settings: Settings, open_engine: OpenEngine
) -> list[Part]:
    """Return the parts of all sources in their order; make those that nobody made before."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        looks = {source: pool.submit(_find, request, source, storage) for source in request.sources}
    found = {source: look.result() for source, look in looks.items()}
    missing = [source for source, part in found.items() if part is None]
    LOG.info("%d raw objects, %d of them new", len(found), len(missing))
    if missing:
        limit = settings.duckdb_gb * GIGABYTE
        form = request.contract.format
        new = sum(source.size for source in missing if is_divisible(source, form))
        with open_engine(settings.engine, storage, new, limit) as engine:
            found |= {source: _make(request, source, storage, engine) for source in missing}
    _tell_moves(missing, storage)
    return [part for part in found.values() if part is not None]


def _tell_moves(sources: Sequence[Source], storage: Storage) -> None:
    """Say which raw objects changed meanwhile: this dataset is of the versions that it names."""
    for source in sources:
        current = storage.current_version(source)
        if current != source.version_id:
            LOG.warning(
                "%s changed during the run: current is %s, this dataset has %s; the next has that",
                storage.uri(source.bucket, source.key),
                current or "none, it was deleted",
                source.version_id,
            )


def _find(request: Request, source: Source, storage: Storage) -> Part | None:
    content = storage.find(request.artifact_bucket, part_key(request, source))
    return None if content is None else read_part(content, request.contract)


def _make(request: Request, source: Source, storage: Storage, engine: Engine) -> Part:
    """Turn one raw object into a part; its document comes last, so that it exists whole or not."""
    contract = request.contract
    refuse_marker(source)
    plan = make_plan(request, source, look(source, storage, contract, engine.footer))
    progress = Progress(source)
    summary = Summary.of_nothing(contract)

    def add(done: Done) -> None:
        nonlocal summary
        batch = read_answers(done.answers, contract, source.key, done.records)
        summary = summary.merge(batch)
        learn(summary, contract, source.key)
        progress.add(batch.read, done.bytes)

    files = engine.work(source, plan, add)
    summary.prove(source.key)
    part = Part(part_id(request, source), source, files, summary)
    storage.write(request.artifact_bucket, part_key(request, source), part_document(part))
    progress.end()
    return part


def _judge(dataset: Dataset, storage: Storage) -> None:
    """Say what the rows are, and refuse to go on with what is mostly wrong."""
    request, summary = dataset.request, dataset.summary
    LOG.info("rows: %s", ", ".join(f"{name} {count:,}" for name, count in summary.rows.items()))
    worst = summary.worst_first
    for reason in worst[:REASONS_LOGGED]:
        LOG.info("quarantine: %s", reason)
    if len(worst) > REASONS_LOGGED:
        LOG.info("quarantine: %d more reasons", len(worst) - REASONS_LOGGED)
    files = [file for part in dataset.parts for file in part.files[QUARANTINE]]
    uris = [storage.uri(request.artifact_bucket, file.key) for file in files]
    refuse_bad_data(summary.rows, worst, request.contract, request.model, uris)


def _refuse(dataset: Dataset, storage: Storage, error: EtlError) -> None:
    """Leave for the report what the rows are and why they were refused."""
    request = dataset.request
    with suppress(ManyValuesError):  # the other error came first, and is the one to mend first
        document = manifest.refusal(dataset, str(error))
        storage.write(request.artifact_bucket, request.refusal_key, document)


def _publish(dataset: Dataset, storage: Storage) -> None:
    """Write the channel manifests, then the manifest that makes the dataset exist."""
    request = dataset.request
    document = manifest.dataset_manifest(dataset)
    for split in SPLITS:
        content = manifest.channel_manifest(dataset, split)
        storage.write(request.artifact_bucket, manifest.channel_key(request, split), content)
    storage.write(request.artifact_bucket, request.manifest_key, document)
    LOG.info("wrote %s", storage.uri(request.artifact_bucket, request.manifest_key))
