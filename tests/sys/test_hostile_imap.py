"""Hostile and broken IMAP servers: whatever one says, nothing is lost or doubled, nobody waits for it, and it is told in a line."""
import concurrent.futures
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

import pytest

from desk import CASEWARD, Desk
from evilimap import ATTACKS, FLOODS, flooding
from fakeserver import FakeImap
from mailhost import wait_for
from test_inbox import Daemon

PEOPLE = ("alice.martin", "samuel.greene", "noah.kim")
LINES = """mailboxes:
  - name: hostile
    kind: imap
    host: 127.0.0.1
    port: {port}
    tls: none
    user: er
    password_env: CASEWARD_TEST_SECRET
    timeout_seconds: 2
    after: {after}
"""
INBOX = "  - name: inbox\n"
LONGEST = 28  # seconds that an attack may cost: ten silences of two seconds, and a pass on a busy machine


def words(desk, n, who):
    return (f"From: {desk[who]}\r\nTo: {desk.address}\r\nSubject: A question of {who}\r\nMessage-ID: <{n}@mua.example>\r\n\r\n"
            f"Hello, this is {who}.\r\n").encode()


def twin(desk, folder):
    """A desk that is one already: to make one takes longer than an attack."""
    shutil.copytree(desk.dir, folder)
    other = Desk.__new__(Desk)
    other.__dict__.update(desk.__dict__, dir=folder, config=folder / "config/caseward.yaml", _got={})
    return other


def point(desk, server, after="leave"):
    """A first mailbox, on this server."""
    text = desk.config.read_text()
    lines = LINES.format(port=server.port, after=after) + ("    move_to: Done\n" if after == "move" else "")
    desk.config.write_text(text[:text.index("mailboxes:\n")] + lines + text[text.index(INBOX):])


def run(desk, cls, after="leave", quarantined=0, **unused):
    """One pass on the attacker, then three on an honest server with the same mails; what became of it."""
    mails = {n: words(desk, n, who) for n, who in enumerate(PEOPLE, 1)}
    got = {}
    with cls(mails) as server:
        point(desk, server, after)
        desk.put(words(desk, 9, "grace.obi"))
        began = time.monotonic()
        got["first"] = desk.once("2026-11-02 10:00", ok=(0, 1))
        got["seconds"] = time.monotonic() - began
        got["box"], got["other"] = desk.cli("status", ok=(0, 1))["mailboxes"]
        got["heard"] = list(server.heard)
    with FakeImap(mails) as server:
        point(desk, server, after)
        for minute in (30, 59):
            got["last"] = desk.once(f"2026-11-02 10:{minute}", ok=(0, 1))
    got["cases"] = sorted(c["brief"] for c in desk.cli("case", "list"))
    got["status"] = desk.cli("status", ok=(0, 1))
    got["audit"] = desk.cli("audit")
    return got


@pytest.fixture(scope="module")
def results():
    """All rows at once: they mostly wait."""
    with tempfile.TemporaryDirectory() as folder:
        top = pathlib.Path(folder)
        first = Desk(top / "first")
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            yield {name: pool.submit(run, twin(first, top / str(n)), cls, **more) for n, (name, (cls, more)) in enumerate(ATTACKS.items())}


@pytest.mark.parametrize("name", ATTACKS)
def test_attack(results, name):
    """M1 M3 H1 L1 L2 L4 L5 L6 L7 L8 L9 L18 IM-1 IM-2 IM-7 IM-8: the other mailbox is read in the same pass, the attack costs
    seconds, status says what it was, and an honest server later finds every mail taken in exactly once."""
    got, more = results[name].result(), ATTACKS[name][1]
    error = more["error"]
    assert got["seconds"] < LONGEST
    assert got["other"]["failures"] == 0 and got["other"]["ok_at"]
    assert got["first"]["opened"] == 1 + more.get("mails_of_it", 0), (got["first"], got["box"])
    if error is None:
        assert got["box"]["failures"] == 0, got["box"]
    else:
        assert got["box"]["failures"] == 1 and re.search(error, got["box"]["error"]), got["box"]
        assert len(got["box"]["error"]) < 400 and got["box"]["error"].isprintable()
    stubs = more.get("quarantined", 0)
    assert len(got["cases"]) == 4 and len(set(got["cases"])) == 4, got["cases"]
    assert got["status"]["quarantined"] == stubs and got["audit"] == []
    assert got["status"]["mailboxes"][0]["failures"] == 0


@pytest.fixture(scope="module")
def floods(netprobe):
    def one(name):
        with flooding(name)({1: b"Subject: one\r\n\r\nx\r\n", 2: b"Subject: two\r\n\r\ny\r\n"}) as f:
            p = netprobe("fetch", host="127.0.0.1", port=f.port, tls="none", user="ann", timeout=1, max_mail=20_000_000)
            p.finish()
            return p, f.sent
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        yield {name: pool.submit(one, name) for name in FLOODS}


@pytest.mark.parametrize("name", FLOODS)
def test_flood(floods, name):
    """M1 IM-15: who sends without end is cut off; memory stays small."""
    p, sent = floods[name].result()
    assert p.process.returncode >= 0 and sent < 200_000_000
    if not CASEWARD.parent.name.endswith("-san"):  # which has a memory of its own
        assert int(p.words("total")[0]["peak_kb"]) < 160 * 1024, p.lines[-2:]


def test_a_mail_that_is_never_given(desk):
    """M7 IM-8 H1: listed and not given: asked for at three polls, each half an hour apart, while the others flow; then its place is
    taken by a stub in quarantine, once, and it is asked for no more."""
    class Withholds(FakeImap):
        def give(self, line, seq, uid):
            if uid != 2:
                super().give(line, seq, uid)

    with Withholds({n: words(desk, n, who) for n, who in enumerate(PEOPLE, 1)}) as server:
        point(desk, server)
        counts = []
        for at in ("10:00", "10:05", "10:30", "11:00", "11:30"):
            n = desk.once(f"2026-11-02 {at}", ok=(0, 1))
            counts.append((n["taken"], n["quarantined"]))
        assert counts == [(2, 0), (0, 0), (0, 0), (1, 1), (0, 0)]
        asked = len(server.heard)
        server.mails[4] = words(desk, 4, "grace.obi")
        assert desk.once("2026-11-02 12:00", ok=(0, 1))["opened"] == 1
        assert not any(re.search(r"FETCH (2|2:4|1:4) ", h) for h in server.heard[asked:])
    kept, = desk.cli("quarantine")
    assert "did not give" in kept["why"]
    told, = (m for m in desk.sent() if "is kept in quarantine" in m.words)
    assert "did not give" in told.words and told.to in {desk[who] for who in desk.staff}


def test_many_mails_that_break_the_connection(desk):
    """M7 L21 IM-8: six mails of thirty kill whatever touches them: all others come in the first pass, the six end in quarantine."""
    bad = {3, 4, 5, 6, 7, 20}

    class Hits(FakeImap):
        def give(self, line, seq, uid):
            if uid in bad:
                raise EOFError
            super().give(line, seq, uid)

        give_header = give

    with Hits({n: words(desk, n, "alice.martin") for n in range(1, 31)}) as server:
        point(desk, server)
        taken = [desk.once(f"2026-11-02 {at}", ok=(0, 1))["taken"] for at in ("10:00", "10:30", "11:00", "11:30", "12:00", "12:30")]
    assert sum(taken) == 30 and taken[0] >= 20, taken
    assert len(desk.cli("quarantine")) == 6


def test_a_server_that_kills_the_reader_of_it(desk):
    """H1 L18 M1: libetpan dies of it; the ladder, the other mailbox and the mails out do not."""
    cls, _ = ATTACKS["BODYSTRUCTURE 200,000 deep with a mail"]
    desk.put(words(desk, 9, "grace.obi"))
    desk.once("2026-11-02 09:30")
    with cls({n: words(desk, n, who) for n, who in enumerate(PEOPLE, 1)}) as server:
        point(desk, server)
        for day in (3, 4):
            n = desk.once(f"2026-11-0{day} 10:00", ok=(0, 1))
            assert n["failed_mailboxes"] == 1 and n["sent"] > 0
    error = desk.cli("status", ok=(1,))["mailboxes"][0]["error"]
    assert "signal 11" in error or "ended early" in error  # as a sanitizer ends it


def self_signed(folder):
    key, crt = folder / "self.key", folder / "self.crt"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", crt], check=True, capture_output=True)
    return crt, key


class Starts(FakeImap):
    """STARTTLS, answered by `ok` and perhaps more."""
    more = ""

    def do_starttls(self, line, tag, rest):
        line.say(f"{tag} OK go" + self.more)
        line.start_tls(self.cert)
        self.talk_on = True

    def talk(self, line):
        say = line.say
        line.say = lambda text: None if str(text).endswith("OK done") and self.heard[-1].endswith("STARTTLS") else say(text)
        super().talk(line)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
@pytest.mark.parametrize("cert", ["good", "self-signed", "wrong", "expired", "untrusted"])
def test_certificates(mailhost, netprobe, tmp_path, cert, tls):
    """M1: by both ways the good one is let in; whoever else it is gets no password."""
    pair = self_signed(tmp_path) if cert == "self-signed" else mailhost.pki.cert(cert)
    with Starts({1: b"Subject: x\r\n\r\nx\r\n"}, pair, tls=tls == "implicit") as f:
        f.capabilities += " STARTTLS"
        p = netprobe("fetch", host="localhost", port=f.port, tls=tls, ca=mailhost.ca, user="ann", password="secret", timeout=3)
        if cert == "good":
            assert p.rc == "ok" and p.uids == [1]
        else:
            assert p.rc == "fail" and "not to be trusted" in p.error
            assert not any("AUTH" in h or "LOGIN" in h or "secret" in h for h in f.heard)


@pytest.mark.parametrize("name, attributes, capabilities", [
    ("not offered", {}, ""),
    ("answered NO", dict(do_starttls=lambda self, line, tag, rest: "NO not today"), "STARTTLS"),
    ("answered BAD", dict(do_starttls=lambda self, line, tag, rest: "BAD what?"), "STARTTLS"),
    ("answered OK, and no TLS", dict(do_starttls=lambda self, line, tag, rest: "OK go\r\n* CAPABILITY IMAP4rev1"), "STARTTLS"),
    ("with words put in behind the OK", dict(more="\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN"), "STARTTLS"),
    ("dodged by PREAUTH", dict(talk=lambda self, line: (line.say("* PREAUTH hello"), line.stall())), ""),
])
def test_starttls(mailhost, netprobe, name, attributes, capabilities):
    """M1: whatever is done to STARTTLS, nothing goes out in the clear."""
    with type("Strips", (Starts,), attributes)({}, mailhost.pki.cert("good")) as f:
        f.capabilities += " " + capabilities
        p = netprobe("fetch", host="localhost", port=f.port, tls="starttls", ca=mailhost.ca, user="ann", password="secret", timeout=2)
        assert p.rc in ("fail", "retry") and not any("AUTH" in h or "LOGIN" in h or "secret" in h for h in f.heard)


def test_plaintext_on_a_TLS_port(mailhost, netprobe):
    """M1: a server that speaks first where TLS was meant: the error says which setting to look at."""
    with FakeImap({}) as f:
        p = netprobe("fetch", host="localhost", port=f.port, tls="implicit", ca=mailhost.ca, user="ann", password="secret", timeout=2)
        assert p.rc == "retry" and "does not speak TLS" in p.error and "tls:" in p.error and not any("secret" in h for h in f.heard)


@pytest.mark.parametrize("quirk, rc", [("never ends", "retry"), ("flood", "retry"), ("dropped", "retry"), ("says BYE", "retry")])
def test_while_idling(netprobe, quirk, rc):
    """M1 IM-13: IDLE that is not ended by DONE, that floods, or breaks: the wait ends, in seconds, and the session is given up."""
    class Idles(FakeImap):
        def do_idle(self, line, tag, rest):
            line.say("+ idling")
            if quirk == "flood":
                while True:
                    line.sock.sendall(b"* OK still here\r\n" * 4000)
            if quirk == "says BYE":
                line.say("* BYE idle for too long")
            if quirk in ("dropped", "says BYE"):
                raise EOFError
            line.stall()

    with Idles({1: b"Subject: x\r\n\r\nx\r\n"}) as f:
        p = netprobe("wait", host="127.0.0.1", port=f.port, tls="none", user="ann", seconds=1, timeout=1)
        assert p.rc == rc and p.uids == [1]
        assert CASEWARD.parent.name.endswith("-san") or int(p.words("total")[0]["peak_kb"]) < 40 * 1024


def test_sizes_that_lie_do_not_fill_the_memory(netprobe):
    """M1 IM-7 IM-15: thirty mails of 6 MB that are announced as small come whole, and are not in memory together."""
    class Lies(FakeImap):
        def size(self, uid):
            return 100

    with Lies({n: b"Subject: large\r\n\r\n" + (b"%d " % n) * 3_000_000 for n in range(1, 31)}) as f:
        p = netprobe("fetch", host="127.0.0.1", port=f.port, tls="none", user="ann", timeout=5)
        assert p.uids == list(range(1, 31)) and not any(m["problem"] for m in p.mails)
        assert CASEWARD.parent.name.endswith("-san") or int(p.words("total")[0]["peak_kb"]) < 80 * 1024


def test_a_daemon_among_liars(make_desk):
    """H1 L7 L18 IM-13: one server says all the time that mail has come, another refuses the login: neither is asked without end."""
    class Liar(FakeImap):
        def while_idle(self, line):
            line.say("* 99 EXISTS")

    with Liar({}) as liar, ATTACKS["login refused"][0]({}) as refuses:
        desk = make_desk(manual=False)
        text = desk.config.read_text()
        boxes = "".join(LINES.format(port=s.port, after="leave").replace("mailboxes:\n", "").replace("hostile", name)
                        for s, name in ((refuses, "refuses"), (liar, "liar")))
        desk.config.write_text(text.replace("mailboxes:\n", "mailboxes:\n" + boxes))
        with Daemon(desk) as d:
            wait_for("a second lie", lambda: liar.connections >= 5)
            time.sleep(3)
            assert d.process.poll() is None
        assert liar.connections <= 10 and refuses.connections <= 2, (liar.connections, refuses.connections)
