"""Watches over the training of several hosts: all of them have to come, and to stay.

Each host has a watch, which starts the training as another process. The watches of the others
connect to that of the first host and say that they live, every so often. What ends a host ends the
job on all of them, with the same reason: XGBoost alone would not say who left, and would wait for
hours for a host that fell silent.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from training_image.failure import FAILED, STOPPED, fail

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import Mapping, Sequence

    from training_image.hosts import Hosts
    from training_image.settings import Meeting, Settings

logger = logging.getLogger(__name__)

BEATS: Final = 4
"""That may go missing before a host is silent for too long."""

WORD_SECONDS: Final = 10
"""That a host whose training lost the others waits to hear why."""

AGAIN: Final = "; run the job again, or lower training.instance_count"

STOP_SECONDS: Final = 120
"""That SageMaker gives a host from SIGTERM on; where one was stopped, the others will be."""

RETRY_SECONDS: Final = 0.2

Message = dict[str, Any]


def run(settings: Settings, hosts: Hosts, command: Sequence[str]) -> int:
    """Train together with the other hosts. Return the exit code."""
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
    logger.info("host %s, %d of %d", hosts.current, hosts.rank + 1, hosts.count)
    try:
        return asyncio.run(_Watch(settings, hosts, command).run())
    except OSError as error:
        logger.exception("the hosts could not meet")
        return fail(settings.folders, f"host {hosts.current} could not meet the others: {error}")


@dataclass(frozen=True)
class End:
    """How a host ended that did not end well."""

    host: str
    reason: str
    stopped: bool = False

    def __str__(self) -> str:
        """As the other hosts tell it."""
        return f"host {self.host} {self.reason}"


@dataclass
class _Watch:
    settings: Settings
    hosts: Hosts
    command: Sequence[str]
    links: dict[str, StreamWriter] = field(default_factory=dict[str, "StreamWriter"])
    """To whom this host speaks: the first one to all, the others to the first one."""

    tracker: Any = None
    """XGBoost's; the first host alone has one."""

    @property
    def meeting(self) -> Meeting:
        return self.settings.meeting

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[End] = loop.create_future()
        self.begun: asyncio.Future[tuple[str, int]] = loop.create_future()
        self.stopped = asyncio.Event()
        loop.add_signal_handler(signal.SIGTERM, self._stop)
        beats = asyncio.create_task(self._beat())
        try:
            await (self._lead() if self.hosts.rank == 0 else self._follow())
            code = await self._train()
        finally:
            beats.cancel()
            _forget(self.tracker)  # to free it would wait for lost hosts
        for link in self.links.values():
            with suppress(OSError):
                await link.drain()
            link.close()
        return code

    # ---- meeting ------------------------------------------------------------------------------

    async def _lead(self) -> None:
        """Wait until all hosts are there."""
        self.all_here = asyncio.Event()
        # on all interfaces: a host's own name may not resolve yet when it starts
        address = self.meeting.address or None
        self.server = await asyncio.start_server(self._hear, address, self.meeting.port)
        here = asyncio.create_task(self.all_here.wait())
        await self._first(here, self.ended, seconds=self.meeting.wait_seconds)
        if self.ended.done():
            return
        if not here.done():
            missing = [name for name in self.hosts.names[1:] if name not in self.links]
            seconds = self.meeting.wait_seconds
            self._end(End(", ".join(missing), f"did not come within {seconds} seconds{AGAIN}"))
            return
        self.tracker = import_module("xgboost.tracker").RabitTracker(
            n_workers=self.hosts.count, host_ip=self._reached_at(), sortby="task"
        )
        self.tracker.start()
        found = self.tracker.worker_args()
        tracker = (str(found["dmlc_tracker_uri"]), int(found["dmlc_tracker_port"]))
        self._tell({"say": "begin", "tracker": tracker})
        self.begun.set_result(tracker)

    def _reached_at(self) -> str:
        """Return the address at which the others reached this host."""
        link = next(iter(self.links.values()))
        return str(link.get_extra_info("sockname")[0])

    async def _hear(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Listen to one of the others."""
        hello = await self._read(reader)
        name = str(hello.get("host")) if hello else ""
        if name not in self.hosts.names[1:] or name in self.links:
            writer.close()
            return
        self.links[name] = writer
        logger.info("host %s is here", name)
        if len(self.links) == self.hosts.count - 1:
            self.all_here.set()
        await self._listen(reader, name)
        self.links.pop(name).close()

    async def _follow(self) -> None:
        """Find the first host, and wait for its word."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.meeting.wait_seconds
        address = self.meeting.address or self.hosts.first
        while not self.ended.done():
            try:
                reader, writer = await asyncio.open_connection(address, self.meeting.port)
                break
            except OSError as error:
                if loop.time() > deadline:
                    seconds = self.meeting.wait_seconds
                    where = f"{address}:{self.meeting.port}"
                    reason = f"could not be reached at {where} within {seconds} seconds ({error})"
                    self._end(End(self.hosts.first, reason))
                    return
                await asyncio.sleep(RETRY_SECONDS)
        else:
            return
        self.links[self.hosts.first] = writer
        self._tell({"say": "hello", "host": self.hosts.current})
        self.listening = asyncio.create_task(self._listen(reader, self.hosts.first))
        await self._first(self.begun, self.ended)

    # ---- speaking -----------------------------------------------------------------------------

    async def _listen(self, reader: StreamReader, name: str) -> None:
        """Take what a host says until it ended."""
        while message := await self._read(reader):
            match message["say"]:
                case "begin":
                    address, port = message["tracker"]
                    self.begun.set_result((address, port))
                case "done":
                    return
                case "ended":
                    self._end(End(message["host"], message["reason"], message["stopped"]))
                    return
                case _:
                    pass
        self._end(End(name, f"was lost: its connection broke, or it said nothing any more{AGAIN}"))

    async def _read(self, reader: StreamReader) -> Message | None:
        """Return the next message; none if there is none for too long, or none will come."""
        try:
            async with asyncio.timeout(self.meeting.silence_seconds):
                line = await reader.readline()
            return json.loads(line) if line else None
        except (OSError, ValueError, TimeoutError):
            return None

    def _tell(self, message: Mapping[str, Any]) -> None:
        line = json.dumps(message).encode() + b"\n"
        for link in self.links.values():
            if not link.is_closing():
                link.write(line)

    async def _beat(self) -> None:
        while True:
            self._tell({"say": "alive"})
            await asyncio.sleep(self.meeting.silence_seconds / BEATS)

    def _end(self, end: End) -> None:
        """End the job on this host, and let the others know."""
        if not self.ended.done():
            self.ended.set_result(end)
            self._tell({"say": "ended", **vars(end)})

    def _stop(self) -> None:
        self.stopped.set()
        self._end(End(self.hosts.current, "was stopped by SIGTERM", stopped=True))

    # ---- training -----------------------------------------------------------------------------

    async def _train(self) -> int:
        """See the training through to its end, or to that of another host."""
        if not self.begun.done():
            return await self._give_up()
        child = await asyncio.create_subprocess_exec(*self.command, stdin=asyncio.subprocess.PIPE)
        if child.stdin:
            address, port = self.begun.result()
            child.stdin.write(f"{address} {port}\n".encode())
        over = asyncio.create_task(child.wait())
        await self._first(over, self.ended)
        if over.done() and over.result() == 0:
            self._tell({"say": "done"})
            return 0
        if over.done():
            await self._explain(over.result())
        else:
            with suppress(ProcessLookupError):
                child.kill()
            await over
        return await self._give_up()

    async def _explain(self, code: int) -> None:
        """Find out why the training ended."""
        if code == FAILED:
            self._end(End(self.hosts.current, f"failed: {self._cause()}"))
        elif code < 0:
            name = signal.Signals(-code).name
            advice = "if memory ran out, choose a larger training.instance_type"
            self._end(End(self.hosts.current, f"was ended by {name}; {advice}"))
        else:
            await self._first(self.ended, seconds=WORD_SECONDS)
            self._end(End(self.hosts.current, "lost the others; its log may tell more"))

    def _cause(self) -> str:
        try:
            return self.settings.folders.failure.read_text("utf-8")
        except OSError:
            return "its log tells why"

    async def _give_up(self) -> int:
        end = self.ended.result()
        if end.stopped and not self.stopped.is_set():
            logger.info("%s; this one waits to be stopped, too", end)
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stopped.wait(), STOP_SECONDS)
        if self.stopped.is_set():
            logger.info("stopped by SIGTERM")
            return STOPPED
        if end.host == self.hosts.current and end.reason.startswith("failed: "):
            return FAILED  # which the training told itself
        return fail(self.settings.folders, str(end))

    async def _first(self, *waited: asyncio.Future[Any], seconds: float | None = None) -> None:
        """Wait for one of them."""
        await asyncio.wait(waited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)


def _forget(tracker: Any) -> None:  # noqa: ANN401 - XGBoost is untyped
    if hasattr(tracker, "handle"):
        del tracker.handle
