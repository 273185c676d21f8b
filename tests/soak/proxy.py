"""proxy.py - a network that fails: a TCP proxy on loopback before a real server.

Each connection draws its fate: it passes, is closed at once, is cut behind some bytes of the server or of the client, or falls silent
and is cut later. TLS goes through untouched, so that a cut falls into the middle of a record, a literal, a mail or an answer.
"""
import asyncio
import random
import threading

# Fate: (weight, bytes of the client that pass, bytes of the server that pass); None: all of them.
PASSES, REFUSED, CUT_DOWN, CUT_UP, SILENT = "passes", "refused", "cut-down", "cut-up", "silent"
FATES = {PASSES: 90, REFUSED: 3, CUT_DOWN: 3, CUT_UP: 3, SILENT: 1}
SILENCE = 2.0  # seconds


class Proxy:
    """Listens on .port once started; .outage refuses everybody; .fates counts what happened. stop() ends it."""

    def __init__(self, target, seed, fates=FATES):
        self.target, self.chance, self.weights = target, random.Random(seed), fates
        self.outage, self.calm = False, False
        self.fates = dict.fromkeys(FATES, 0)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        self._ready.wait()

    async def _serve(self):
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._end.wait()
        server.close()

    def stop(self):
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(5)

    def _fate(self):
        fate = REFUSED if self.outage else PASSES if self.calm else self.chance.choices(list(self.weights), list(self.weights.values()))[0]
        self.fates[fate] += 1
        return fate

    async def _connection(self, reader, writer):
        fate = self._fate()
        if fate == REFUSED:
            writer.transport.abort()
            return
        try:
            up = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        after = int(self.chance.expovariate(1 / 20000))
        cut = {CUT_DOWN: (None, after), CUT_UP: (after, None), SILENT: (None, after)}.get(fate, (None, None))
        ways = [asyncio.ensure_future(self._copy(reader, up[1], cut[0])), asyncio.ensure_future(self._copy(up[0], writer, cut[1]))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        if fate == SILENT:
            await asyncio.sleep(SILENCE)
        for way in ways:
            way.cancel()
        for w in (writer, up[1]):
            w.transport.abort() if fate != PASSES else w.close()

    @staticmethod
    async def _copy(reader, writer, at_most):
        """Until the end, or until `at_most` bytes went through."""
        try:
            while at_most is None or at_most > 0:
                data = await reader.read(65536 if at_most is None else min(65536, at_most))
                if not data:
                    return
                at_most = None if at_most is None else at_most - len(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            return
