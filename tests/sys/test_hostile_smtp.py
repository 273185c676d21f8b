"""Hostile and broken SMTP servers and chat channels: no mail is lost, none is sent twice that need not be, and a person hears of it."""
import collections
import concurrent.futures
import contextlib
import itertools
import pathlib
import re
import tempfile
import threading
import time

import pytest

from desk import CASEWARD, Desk, Mail
from fakeserver import FakeSmtp
from test_hostile_imap import twin, words

MAILDIR = "kind: maildir\n  path: var/mail/outbox\n"
LONGEST = 28  # seconds that an attack may cost


def drip(line):
    for _ in range(200):
        line.sock.sendall(b"2")
        time.sleep(0.25)
    raise EOFError


class Evil(FakeSmtp):
    """Does `how` at `at`; the answers of FakeSmtp elsewhere."""
    at, how = "", ""

    def _answer(self, line, what):
        if what != self.at:
            return super()._answer(line, what)
        if self.how == "drip":
            drip(line)
        if self.how == "endless":
            while True:
                line.sock.sendall(b"250-and more\r\n" * 4000)
        if self.how in ("a book", "a book of farewells"):
            line.sock.sendall((b"221-and more\r\n" if "farewells" in self.how else b"250-and more\r\n") * 20000)
            line.say("250 and so it ends")
            return "250"
        if self.how == "huge line":
            line.sock.sendall(b"250 " + b"x" * 3_000_000 + b"\r\n")
            return "250"
        if self.how == "garbage":
            line.say(b"\x00\xff\x80 what?\r\n")
            raise EOFError
        self.answers[what] = self.how
        return super()._answer(line, what)

    def talk(self, line):
        if self.at != "ehlo" or self.how == "HELO only":
            return super().talk(line) if self.at != "ehlo" else self.old(line)
        self._answer(line, "greeting")
        line.hear()
        self.answers["ehlo"] = self.how
        self._answer(line, "ehlo")
        line.stall()

    def old(self, line):
        """A server that knows HELO and nothing else."""
        say = line.say
        line.say = lambda text: say("502 what?" if self.heard and self.heard[-1].startswith("EHLO") else text)
        super().talk(line)


# at which word, what happens there, what becomes of the mails ("queued", "failed", "unsure", "sent"), what the outbox says of one
ROWS = {f"{at}: {how}": (at, how, "queued", ".") for at in ("greeting", "ehlo", "mail", "rcpt", "data")
        for how in ("421 4.3.2 going down", "stall", "close", "drip", "endless", "garbage")}
ROWS |= {
    "greeting: 554 at once": ("greeting", "554 5.3.2 no mail here", "queued", "554"),
    "RCPT: a book": ("rcpt", "a book", "queued", "has no end"),
    "RCPT: a book of farewells": ("rcpt", "a book of farewells", "queued", "has no end"),
    "HELO only": ("ehlo", "HELO only", "sent", ""),
    "MAIL: later": ("mail", "451 4.7.1 too many mails", "queued", "451"),
    "MAIL: the sender is refused": ("mail", "553 5.1.8 who are you", "queued", "553"),
    "MAIL: too large": ("mail", "552 5.3.4 message too big", "failed", "552"),
    "RCPT: later": ("rcpt", "450 4.2.0 greylisted", "queued", "450"),
    "RCPT: never": ("rcpt", "550 5.1.1 no such user", "failed", "550"),
    "DATA: later": ("data", "452 4.3.1 disk full", "queued", "452"),
    "DATA: never": ("data", "554 5.5.1 no valid recipients", "failed", "554"),
    "DATA: connection limit": ("data", "432 4.3.2 concurrent connections limit exceeded", "queued", "432"),
    "after the dot: later": ("dot", "451 4.3.0 later", "queued", "451"),
    "after the dot: never": ("dot", "554 5.7.1 spam", "failed", "554"),
    "after the dot: 421": ("dot", "421 4.3.2 going down", "queued", "421"),
    "after the dot: close": ("dot", "close", "unsure", "unsure"),
    "after the dot: stall": ("dot", "stall", "unsure", "unsure"),
    "after the dot: drip": ("dot", "drip", "unsure", "unsure"),
    "after the dot: endless": ("dot", "endless", "unsure", "unsure"),
    "after the dot: a huge line": ("dot", "huge line", "unsure", "unsure"),
    "QUIT: stall": ("quit", "stall", "sent", ""),
    "QUIT: endless": ("quit", "endless", "sent", ""),
}


def point(desk, server):
    text = desk.config.read_text()
    start, end = text.index("\ntransport:\n") + 1, text.index("# --- time")
    desk.config.write_text(f"{text[:start]}transport:\n  kind: smtp\n  host: 127.0.0.1\n  port: {server.port}\n  tls: none\n"
                           f"  max_connections: 1\n  timeout_seconds: 2\n\n{text[end:]}")


def run(desk, at, how):
    """A pass on the attacker, then some on an honest server; what became of the mails."""
    got = {}
    with type("Attacker", (Evil,), dict(at=at, how=how))() as server:
        point(desk, server)
        desk.put(words(desk, 1, "alice.martin"))
        began = time.monotonic()
        got["first"] = desk.once("2026-11-02 10:00", ok=(0, 1))
        got["seconds"] = time.monotonic() - began
        got["rows"] = desk.outbox()
        bad = [Mail(m.encode()).id for m in server.mails]
    with FakeSmtp() as server:
        point(desk, server)
        for clock in ("10:20", "10:40", "11:20", "12:20"):
            got["last"] = desk.once(f"2026-11-02 {clock}", ok=(0, 1))
        good = [Mail(m.encode()).id for m in server.mails]
    got["end"] = desk.outbox()
    got["bad"], got["good"] = collections.Counter(bad), collections.Counter(good)
    got["alarm"] = desk.run("status", "--now", "2026-11-02T17:20:00Z").stdout
    return got


@pytest.fixture(scope="module")
def results():
    with tempfile.TemporaryDirectory() as folder:
        top = pathlib.Path(folder)
        first = Desk(top / "first")
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            yield {name: pool.submit(run, twin(first, top / str(n)), *row[:2]) for n, (name, row) in enumerate(ROWS.items())}


@pytest.mark.parametrize("name", ROWS)
def test_attack(results, name):
    """M2 M3 L19 L20 OF-15: a pass ends in seconds; a mail that was not judged waits and leaves once, a refused one is a dead letter and
    told, an unsure one is sent once more under its id; what the server said is kept."""
    got, (_, _, want, said) = results[name].result(), ROWS[name]
    assert got["seconds"] < LONGEST
    first = got["rows"][0]
    assert first["state"] == want and re.search(said, first["reply"]), got["rows"]
    assert all(r["reply"].isprintable() and len(r["reply"]) < 300 for r in got["rows"])
    planned = [r for r in got["end"] if r["id"] <= len(got["rows"])]
    if want == "failed":
        assert {r["state"] for r in planned} == {"failed"} and not got["good"].keys() & {r["message_id"] for r in planned}
        assert any(r["to"] not in (got["end"][0]["to"], got["end"][1]["to"]) for r in got["end"])  # who hears of it
        return
    assert {r["state"] for r in got["end"]} == {"sent"}, got["end"]
    for r in planned:
        times = got["bad"][r["message_id"]] * (want != "queued") + got["good"][r["message_id"]]
        assert times == (1 if want != "unsure" else times) and 1 <= times <= 2, (r, got)


@pytest.mark.parametrize("code, reply, rc", [("535 5.7.8 bad password", "535", "fail"), ("534 5.7.9 stronger", "534", "fail"),
                                             ("454 4.7.0 not now", "454", "retry"), ("stall", "", "retry"), ("421 4.7.0 too many", "421", "retry")])
def test_login(make_desk, code, reply, rc):
    """M2 L17 L20: a login that is refused costs no mail anything; the server is left alone for a while."""
    with FakeSmtp(extensions=["AUTH PLAIN"], auth=code) as server:
        desk = make_desk()
        point(desk, server)
        desk.edit(("  timeout_seconds: 2\n", "  timeout_seconds: 2\n  user: er\n  password_env: CASEWARD_TEST_SECRET\n"))
        desk.put(words(desk, 1, "alice.martin"))
        for minute in (0, 1, 1):
            desk.once(f"2026-11-02 10:0{minute}", ok=(0, 1))
        rows = desk.outbox()
        assert {(r["state"], r["attempts"]) for r in rows} == {("queued", 0)} and all(reply in r["reply"] for r in rows)
        assert server.connections == 1 and server.mails == []


def test_down_for_days(make_desk):
    """M2 M3 L4 L20: nine days without a server: nothing is lost or a dead letter, the alarm is raised, the server is tried half an hour
    apart at most, and then all leaves in its order."""
    with FakeSmtp(greeting="421 busy") as server:
        desk = make_desk()
        point(desk, server)
        for n, who in enumerate(("alice.martin", "samuel.greene"), 1):
            desk.put(words(desk, n, who))
        for day in range(2, 12):
            for clock in ("10:00", "10:01", "10:40"):
                desk.once(f"2026-11-{day:02} {clock}", ok=(0, 1))
        assert server.connections == 20
        waiting = desk.outbox()
        assert len(waiting) > 10 and {r["state"] for r in waiting} == {"queued"}
        server.answers["greeting"] = "220 back"
        desk.once("2026-11-11 12:00", ok=(0, 1))
        sent = [Mail(m.encode()) for m in server.mails]
        for case in {r["case"] for r in waiting if r["case"]}:
            for to in {r["to"] for r in waiting}:
                ids = [m.number for m in sent if m.number in {r["id"] for r in waiting if r["case"] == case and r["to"] == to}]
                assert ids == sorted(ids)
        assert {m.id for m in sent} >= {r["message_id"] for r in waiting} and len({m.id for m in sent}) == len(sent)


def test_one_connection_too_many(netprobe):
    """M2 OA-12: a server that takes fewer connections than the settings allow: the mails go over those."""
    class Few(FakeSmtp):
        now, most = 0, 2

        def talk(self, line):
            self.now += 1
            try:
                if self.now > self.most:
                    line.say("421 4.7.0 too many connections")
                    return
                super().talk(line)
            finally:
                self.now -= 1

    with Few() as f:
        p = netprobe("send", host="127.0.0.1", port=f.port, tls="none", n=60, connections=8, timeout=5)
        assert p.rc == "ok" and len(f.mails) == 60 and f.connections <= 12, p.lines[-3:]


def test_as_many_connections_as_were_allowed(netprobe):
    """M2 OA-12: one until the server has taken a mail, then as many at once as the settings allow, and not one more."""
    class Gathers(FakeSmtp):
        """Lets nobody send a second mail until three connections are about to."""
        all_are_here = threading.Barrier(3)

        def _answer(self, line, what):
            if what == "data" and self.mails and not self.all_are_here.broken:
                with contextlib.suppress(threading.BrokenBarrierError):
                    self.all_are_here.wait(10)
                self.all_are_here.abort()
            return super()._answer(line, what)

    with Gathers() as f:
        p = netprobe("send", host="127.0.0.1", port=f.port, tls="none", n=40, connections=3)
        assert p.rc == "ok" and len(f.mails) == 40 and f.connections == 3


def test_slow_answer_holds_up_no_other_mail(netprobe):
    """M2 L7: a server that thinks about the second recipient until it has all the others gets those at once, over the other connection."""
    class Slow(FakeSmtp):
        count, all_there = itertools.count(), threading.Event()

        def _answer(self, line, what):
            if what == "rcpt":
                n = next(self.count)
                if n == 1:
                    self.all_there.wait(LONGEST)
                if n == 19:
                    self.all_there.set()
            return super()._answer(line, what)

    with Slow() as f:
        p = netprobe("send", host="127.0.0.1", port=f.port, tls="none", n=20, connections=2, timeout=4)
        assert p.rc == "ok" and [s[0] for s in p.sent] == ["ok"] * 20 and f.connections == 2, p.sent


def test_silence_after_the_dot_stops_the_round(netprobe):
    """M2 L7: a server that takes mails and says nothing costs one silence, not one for each mail."""
    with FakeSmtp(dot="stall") as f:
        p = netprobe("send", host="127.0.0.1", port=f.port, tls="none", n=30, timeout=1)
        assert [s[0] for s in p.sent] == ["unsure"] + ["retry"] * 29 and f.connections == 1


def test_earlier_mail_goes_first(make_desk):
    """M2: what is put off for a minute is not overtaken by the next mail to the same person on the same case."""
    with FakeSmtp(rcpt="450 4.2.0 greylisted") as server:
        desk = make_desk()
        point(desk, server)
        desk.put(words(desk, 1, "alice.martin"))
        desk.once("2026-11-02 10:00", ok=(0, 1))
        server.answers["rcpt"] = "250 ok"
        desk.say(1, "message", "Please send the form.", ok=(0, 1, 2))
        desk.once("2026-11-02 10:01", ok=(0, 1))
        desk.once("2026-11-02 10:05", ok=(0, 1))
        ids = [Mail(m.encode()).number for m in server.mails if Mail(m.encode()).to == desk["alice.martin"]]
        assert ids and ids == sorted(ids)


def test_plaintext_on_a_TLS_port(mailhost, netprobe):
    with FakeSmtp() as f:
        p = netprobe("send", host="localhost", port=f.port, tls="implicit", ca=mailhost.ca, timeout=2)
        assert p.rc == "retry" and p.sent[0][0] == "retry" and f.mails == []


class Hook(FakeSmtp):
    """A chat channel; `answer` is what follows HTTP/1.1, `sent` how much an endless one has got rid of."""
    sent = 0
    answer = "200 OK\r\nContent-Length: 2\r\n\r\nok"

    def talk(self, line):
        while line.hear() != "":
            pass
        if self.answer == "stall":
            line.stall()
        line.say(b"HTTP/1.1 " + self.answer.encode())
        while self.answer.startswith("200 endless"):
            block = b"X-Header: and another one\r\n" * 1000 if "headers" in self.answer else b"x" * 65536
            line.sock.sendall(block)
            self.sent += len(block)


@pytest.mark.parametrize("answer, rc", [
    ("stall", "unsure"), ("200 endless\r\n\r\n", "ok"), ("200 endless headers\r\n", "ok"),
    ("307 Go\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "fail"),
    ("429 Slow\r\nRetry-After: 600\r\nContent-Length: 0\r\n\r\n", "retry"), ("500 Oops\r\nContent-Length: 0\r\n\r\n", "retry"),
])
def test_G17_chat_channel(netprobe, answer, rc):
    """G17 M2: redirects are not followed; silence and endless answers end in seconds and cost no memory."""
    with type("AHook", (Hook,), dict(answer=answer))() as f:
        p = netprobe("hook", url=f"http://127.0.0.1:{f.port}/hook/secret", http=1, json="{}", timeout=2)
        assert p.rc == rc and f.connections == 1 and "secret" not in p.error
        assert f.sent < 30_000_000  # what the sockets of two systems hold


@pytest.mark.parametrize("lines, heard", [(1000, "600"), (3000, "0")])
def test_headers_of_a_chat_channel(netprobe, lines, heard):
    """G17 M2: of the headers the first 64 KB count: what stands behind them is not read."""
    answer = "429 Slow\r\n" + "X-Header: and another one\r\n" * lines + "Retry-After: 600\r\nContent-Length: 0\r\n\r\n"
    with type("AHook", (Hook,), dict(answer=answer))() as f:
        p = netprobe("hook", url=f"http://127.0.0.1:{f.port}/hook/secret", http=1, json="{}", timeout=2)
        assert p.rc == "retry" and p.words("hook") == [{"retry_after": heard}]
