"""The daemon as an operator sees it: what it tells systemd, whom it tells when something is wrong, and that it cannot be stopped by
what hangs."""
import contextlib
import http.server
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading

import pytest

from desk import CASEWARD, PASSWORD, Mail
from fakeserver import Fake, FakeImap, FakeSmtp
from mailhost import wait_for
from test_outbox import smtp


class Run:
    """`caseward run` with a socket in place of systemd; ends with its block."""

    def __init__(self, desk, abstract=False, **env):
        self.path = desk.dir / "daemon.log"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        name = f"\0caseward-test-{os.getpid()}-{id(self)}" if abstract else str(desk.dir / "notify")
        (desk.dir / "notify").unlink(missing_ok=True)  # of the daemon before
        self.socket.bind(name)
        self.socket.setblocking(False)
        self.heard = []
        self.log = open(self.path, "w")
        self.process = subprocess.Popen([CASEWARD, "-c", desk.config, "run"], stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                        env={**desk.env, "NOTIFY_SOCKET": name.replace("\0", "@"), **env})

    def hear(self):
        """All that systemd was told so far."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self.heard += self.socket.recv(4096).decode().splitlines()
        return self.heard

    def said(self, word):
        return word in self.path.read_text()

    def children(self):
        return [int(p) for p in pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()]

    def __enter__(self):
        wait_for("READY", lambda: "READY=1" in self.hear() or self.process.poll() is not None)
        return self

    def __exit__(self, *unused):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(25)
        self.log.close()
        self.socket.close()


class Chat(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def chat():
    server = http.server.HTTPServer(("127.0.0.1", 0), Chat)
    server.posts = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def alarms_by_chat(chat, *more):
    """The settings that send alarms there."""
    return [("files:\n", f"alarms:\n  webhook: http://127.0.0.1:{chat.server_port}/x\n" + "".join(f"  {m}\n" for m in more) + "files:\n")]


class Silent(Fake):
    """Takes the connection and says nothing for ever."""

    def talk(self, line):
        line.stall()


@pytest.mark.parametrize("abstract", [False, True])
def test_what_systemd_is_told(make_desk, abstract):
    """M1 L7: READY after the checks, a sentence as STATUS, RELOADING and READY around a reload, STOPPING; a second daemon is refused
    with the first one's number, and status knows that it runs."""
    desk = make_desk(manual=False)
    with Run(desk, abstract, WATCHDOG_USEC="600000") as d:
        wait_for("a pass", lambda: d.said("event=pass "))
        wait_for("STATUS", lambda: any(re.match(r"STATUS=1 mailbox, 0 open cases, next step \w", s) for s in d.hear()))
        wait_for("the watchdog is fed", lambda: d.hear().count("WATCHDOG=1") >= 2)
        second = desk.run("run")
        assert second.returncode == 4 and f"process {d.process.pid}" in second.stderr
        assert desk.cli("status")["daemon"]["pid"] == d.process.pid
        d.process.send_signal(signal.SIGHUP)
        wait_for("RELOADING", lambda: "RELOADING=1" in d.hear() and d.hear().count("READY=1") == 2)
        assert any(s.startswith("MONOTONIC_USEC=") for s in d.heard)
        d.process.terminate()
        assert d.process.wait(10) == 0 and "STOPPING=1" in d.hear()
    assert desk.cli("status")["daemon"]["pid"] == 0


def test_hung_pass_is_ended(make_desk, chat):
    """L4 L7 L17 G19: a pass that hangs is killed and told by chat; the next one leaves the inbox out, so that the ladder goes on; the
    watchdog is fed all the while."""
    with Silent() as server:
        desk = make_desk(manual=False, edit=[
            ("kind: maildir\n    path: var/mail/inbox\n", f"kind: imap\n    host: 127.0.0.1\n    port: {server.port}\n    tls: none\n"
             "    user: er\n    idle: no\n    password_env: CASEWARD_TEST_SECRET\n"),
            *alarms_by_chat(chat), ("files:\n", "daemon:\n  stall_seconds: 2\nfiles:\n")])
        with Run(desk, WATCHDOG_USEC="900000") as d:
            wait_for("the alarm", lambda: any("no sign of life" in p["text"] for p in chat.posts))
            wait_for("a pass without the inbox", lambda: d.said("event=pass taken=0"))
            assert d.said("event=pass-killed") and "WATCHDOG=1" in d.hear()
            assert any("In trouble" in s for s in d.heard)
            assert desk.cli("status", ok=(1,))["alarms"][0]["kind"] == "pass"
            assert PASSWORD not in d.path.read_text()


def test_bad_settings_are_told(make_desk, chat):
    """M1 L17: a reload that is refused names file and line in the log, is an alarm, and the old settings hold; a good one ends it."""
    desk = make_desk(manual=False, edit=alarms_by_chat(chat))
    good = desk.config.read_text()
    with Run(desk) as d:
        desk.config.write_text(good.replace("zone: America/New_York", "zone: America/Nowhere"))
        d.process.send_signal(signal.SIGHUP)
        wait_for("the alarm", lambda: any("Nowhere" in p["text"] for p in chat.posts))
        assert re.search(r"event=setting-refused at=\S*caseward.yaml:\d+ key=calendars", d.path.read_text())
        # Quotes in a value cannot be taken for its end.
        assert r'no time zone \"America/Nowhere\"' in d.path.read_text() and 'zone "America' not in d.path.read_text()
        desk.config.write_text(good)
        d.process.send_signal(signal.SIGHUP)
        wait_for("the end of it", lambda: any("Over: New settings" in p["text"] for p in chat.posts))


def test_no_orphans(make_desk):
    """M3 L7: when the daemon is killed, what it has begun ends with it."""
    with Silent() as server:
        desk = make_desk(manual=False, edit=[
            ("kind: maildir\n    path: var/mail/inbox\n", f"kind: imap\n    host: 127.0.0.1\n    port: {server.port}\n    tls: none\n"
             "    user: er\n    password_env: CASEWARD_TEST_SECRET\n")])
        with Run(desk) as d:
            wait_for("a pass at work", lambda: server.connections > 0)
            family = d.children()
            assert family
            d.process.kill()
            wait_for("their end, long before the server's silence ends them", lambda: not [p for p in family if alive(p)], 8)


class Pauses(FakeSmtp):
    """Says nothing more at the third mail until `go_on` is set."""

    def __init__(self, at="dot"):
        super().__init__()
        self.at, self.is_there, self.go_on = at, threading.Event(), threading.Event()

    def _answer(self, line, what):
        if what == self.at and len(self.mails) == (3 if what == "dot" else 2):
            self.is_there.set()
            self.go_on.wait(60)
        return super()._answer(line, what)

    def __exit__(self, *unused):
        self.go_on.set()
        super().__exit__()


WHO = ("alice.martin", "samuel.greene", "noah.kim", "grace.obi", "luis.herrera")


def sending(make_desk, server):
    """A desk of the real clock with five mails to answer: ten letters over one connection."""
    desk = make_desk(manual=False, edit=[smtp(server.port, max_connections=1)])
    for n, who in enumerate(WHO):
        desk.mail_from(who, f"Payslip {n}", "Hello.\n")
    return desk


def all_went_out(desk, server, *twice):
    """Each letter once, but for these."""
    rows = desk.outbox()
    ids = [Mail(m.encode()).id for m in server.mails]
    assert {r["state"] for r in rows} == {"sent"}
    assert sorted(ids) == sorted([*(r["message_id"] for r in rows), *twice])


def test_reload_while_a_pass_runs(make_desk):
    """M1 M3 H3: settings that change while mails go out: that pass ends as it was begun, the next one is new, and each mail leaves
    once; a reload that reaches the pass too (kill -HUP on all of the service) does it no harm."""
    with Pauses() as server:
        desk = sending(make_desk, server)
        with Run(desk) as d:
            assert server.is_there.wait(30)
            pass_, = d.children()
            desk.edit(("name: Employee Relations ", "name: Human Relations "))
            desk.mail_from("robo.tron", "Payslip 9", "Hello.\n")
            os.kill(pass_, signal.SIGHUP)
            d.process.send_signal(signal.SIGHUP)
            wait_for("the new settings", lambda: d.said("event=reloaded"))
            assert d.children() == [pass_] and len(server.mails) == 3
            server.go_on.set()
            wait_for("the next pass", lambda: d.path.read_text().count("event=pass ") >= 2)
            assert not d.said("event=pass-died")
        by_name = [Mail(m.encode())["From"].split(" <")[0].strip('"') for m in server.mails]
        assert len(by_name) == 12 and ["Human" in name for name in by_name] == [False] * 10 + [True] * 2, by_name
        all_went_out(desk, server)


@pytest.mark.parametrize("answers", [True, False])
def test_stopped_while_mails_go_out(make_desk, answers):
    """M3 H3 OF-15: asked to end in the middle of a round, caseward hears the answer to the mail that is on its way and begins no
    other; asked twice, it does not wait for the answer: that mail alone goes out again, under its own id."""
    with Pauses() as server:
        desk = sending(make_desk, server)
        with Run(desk) as d:
            assert server.is_there.wait(30)
            d.process.terminate()
            wait_for("STOPPING", lambda: "STOPPING=1" in d.hear())
            if answers:
                server.go_on.set()
            else:
                d.process.terminate()
            assert d.process.wait(8) == 0
        server.go_on.set()
        assert len(server.mails) == 3 and len(desk.outbox()) == 10
        third = Mail(server.mails[2].encode()).id
        with Run(desk) as d:
            wait_for("the others", lambda: {r["state"] for r in desk.outbox()} == {"sent"})
        all_went_out(desk, server, *([] if answers else [third]))


def test_stopped_while_mails_come_in(make_desk):
    """M1 M3 L1 L7: asked to end while a server is silent in the middle of the inbox, caseward ends at once; the next start takes the
    rest, and each mail is one case."""
    class Stops(FakeImap):
        is_there, go_on = threading.Event(), threading.Event()

        def give(self, line, seq, uid):
            if uid == 120 and not self.go_on.is_set():
                self.is_there.set()
                line.stall()
            super().give(line, seq, uid)

    mails = {n: (f"From: alice.martin@test.example\r\nTo: er@test.example\r\nSubject: Question {n}\r\n"
                 f"Message-ID: <{n}@mua.example>\r\n\r\nHello.\r\n").encode() for n in range(1, 161)}
    with Stops(mails) as server:
        desk = make_desk(manual=False, edit=[
            ("kind: maildir\n    path: var/mail/inbox\n", f"kind: imap\n    host: 127.0.0.1\n    port: {server.port}\n    tls: none\n"
             "    user: er\n    password_env: CASEWARD_TEST_SECRET\n")])
        with Run(desk) as d:
            assert server.is_there.wait(30)
            d.process.terminate()
            assert d.process.wait(8) == 0
        taken = len(desk.cli("case", "list"))
        assert 0 < taken < 160
        server.go_on.set()
        with Run(desk) as d:
            wait_for("the rest", lambda: len(desk.cli("case", "list")) >= 160)
        assert sorted(c["brief"] for c in desk.cli("case", "list")) == sorted(f"Question {n}" for n in mails)


def alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_many_passes_leave_nothing_behind(make_desk):
    """L7: a hundred passes later no file is open that was not before, and the memory is what it was."""
    desk = make_desk(manual=False)
    with Run(desk) as d:
        def passes():
            return d.path.read_text().count("event=pass ")

        def footprint():
            wait_for("the end of the pass", lambda: d.children() == [])
            rss = int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{d.process.pid}/status").read_text()).group(1))
            return len(os.listdir(f"/proc/{d.process.pid}/fd")), rss

        wait_for("the first", lambda: passes() >= 1)
        before = footprint()
        for n in range(100):
            d.process.send_signal(signal.SIGUSR1)
            wait_for("the next", lambda: passes() >= n + 2)
        wait_for("no more files than before", lambda: footprint()[0] <= before[0])
        assert footprint()[1] < before[1] + 1024, before


def test_failing_transport_is_told_by_chat(make_desk, chat):
    """L17 L20: no mail can leave: the chat hears of it once, and of the end; status and the figures show it meanwhile."""
    desk = make_desk(edit=[*alarms_by_chat(chat), ("status_file:", "metrics_file: var/metrics.prom\n  status_file:")])
    desk.mail_from("alice.martin", "My pay", "It is wrong.\n")
    out = desk.config.parent / "var/mail/outbox"
    out.rename(out.with_name("away"))
    out.write_text("no folder")
    for minute in ("10:00", "10:20", "10:50", "11:30"):
        desk.once(f"2026-11-02 {minute}", ok=(0, 1))
    assert len([p for p in chat.posts if "Mail does not leave" in p["text"]]) == 1
    assert figures(desk)['caseward_alarm{kind="transport"}'] >= 1
    assert "Mail does not leave" in desk.cli("status", ok=(1,))["health"]
    out.unlink()
    out.with_name("away").rename(out)
    desk.once("2026-11-02 12:10")
    desk.once("2026-11-02 12:20")
    assert len([p for p in chat.posts if "Over: Mail does not leave" in p["text"]]) == 1
    assert figures(desk)['caseward_alarm{kind="transport"}'] == 0


@pytest.mark.parametrize("language, subject, over, todo", [
    ("en", "caseward at Employee Relations: There is no recent backup", "Over: There is no recent backup", "What to do: caseward backup FILE"),
    ("es", "caseward en Relaciones Laborales: No hay una copia de seguridad reciente",
     "Terminó: No hay una copia de seguridad reciente", "Qué hacer: caseward backup ARCHIVO")])
def test_alarm_letter_begins_with_the_news(make_desk, language, subject, over, todo):
    """H8 M11: subject and heading of an alarm say what it is, not that there is one; then what to do; in the reader's language."""
    desk = make_desk(edit=[("language: en", f"language: {language}"), ("directory:\n", "alarms: {backup_days: 1}\n\ndirectory:\n")])
    desk.once("2026-11-02 10:00")
    m = desk.inbox("ruth.halloran")[-1]
    assert m.subject == subject and m.first_line == subject.split(": ", 1)[1]
    assert todo in m.text and "caseward doctor" in m.text
    desk.run("backup", desk.config.parent / "copy.db", "--now", "2026-11-02T15:30:00Z")
    desk.once("2026-11-02 10:40")
    assert desk.inbox("ruth.halloran")[-1].first_line == over


def figures(desk):
    """The metrics file, each line checked against the format."""
    seen, kinds = {}, {}
    for line in (desk.config.parent / "var/metrics.prom").read_text().splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            assert kind in ("gauge", "counter") and name not in kinds and name.endswith("_total") == (kind == "counter"), line
            kinds[name] = kind
        elif not line.startswith("# HELP "):
            found = re.fullmatch(r'(caseward_[a-z_]+)(\{[a-z_]+="(?:[^"\\\n]|\\.)*"\})? (-?\d+(?:\.\d+)?)', line)
            assert found and found.group(1) in kinds, line
            assert found.group(1) + (found.group(2) or "") not in seen, line
            seen[found.group(1) + (found.group(2) or "")] = float(found.group(3))
    return seen


def test_figures(make_desk):
    """H8 L17: counters grow over passes, gauges are now; the file can be read by whoever collects it."""
    desk = make_desk(edit=[("status_file:", "metrics_file: var/metrics.prom\n  status_file:")])
    for n in range(3):
        desk.mail_from("alice.martin", f"My pay {n}", "It is wrong.\n")
        desk.once(f"2026-11-02 10:0{n}")
    f = figures(desk)
    assert f['caseward_mails_in_total{outcome="opened"}'] == 3 and f["caseward_cases_open"] == 3
    assert f['caseward_passes_total{outcome="ok"}'] == 3 and f['caseward_mails_out_total{outcome="sent"}'] >= 6
    assert f['caseward_mailbox_success_timestamp_seconds{mailbox="inbox"}'] == f["caseward_written_timestamp_seconds"]
    var = desk.config.parent / "var"
    assert (var / "metrics.prom").stat().st_mode & 0o777 == 0o644
    assert (var / "status.json").stat().st_mode & 0o777 == 0o640  # its words may name people
    # One of the two cannot be written: the other one is fresh all the same.
    (var / "status.json").unlink()
    (var / "status.json").mkdir()
    assert "status-unwritten" in desk.run("once", "--now", "2026-11-02T15:30:00Z").stderr
    assert figures(desk)["caseward_written_timestamp_seconds"] > f["caseward_written_timestamp_seconds"]
    assert "disk of metrics file" in desk.run("doctor").stdout


def test_logs_say_nothing_personal(make_desk):
    """H6 G13: what a day with mail writes to the log names no employee, no subject and no word of a mail."""
    desk = make_desk()
    desk.mail_from("alice.martin", "Zyxwv my salary", "Qponm about my illness.\n")
    for args in (("once", "-v"), ("once", "-v")):
        r = desk.run(*args, "--now", desk.now)
        assert r.returncode == 0
        for secret in ("Zyxwv", "Qponm", "alice", "Alice", "Martin"):
            assert secret not in r.stderr, r.stderr
