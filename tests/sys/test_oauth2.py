"""OAuth2: tokens from an endpoint that follows a script, logins by IMAP and SMTP on a real Dovecot and Postfix that ask about each."""
import json
import socket
import subprocess
import time

import pytest

from conftest import PREFIX
from desk import CASEWARD, Desk, clock
from fakeserver import FakeSmtp
from mailhost import Mailhost
from tokenserver import FIRST_REFRESH, TokenServer


@pytest.fixture(scope="module")
def tokens():
    with TokenServer() as server:
        yield server


@pytest.fixture(scope="module")
def host(tokens):
    """A mail host that takes tokens of `tokens` beside passwords."""
    with Mailhost(tokeninfo=f"http://127.0.0.1:{tokens.port}/info?t=") as m:
        yield m


@pytest.fixture(autouse=True)
def fresh(tokens):
    """Each test finds the endpoint as new."""
    tokens.answers, tokens.usual, tokens.life, tokens.delay, tokens.refresh = [], "ok", 3600, 0, "refresh-0"
    for seen in (tokens.asked, tokens.looked, tokens.revoked):
        seen.clear()


# --- the wire ---

@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_login_by_token(host, tokens, netprobe, mechanism):
    """M1 M2 OA-1 OA-3 OA-4: both ways, by IMAP and by SMTP."""
    tokens.user = "ann"
    tokens.given.append("good-token.1")
    host.append("ann", b"Subject: one\r\n\r\nHello.\r\n")
    login = dict(user="ann", login=f"AUTH={mechanism}", bearer="good-token.1", ca=host.ca, host="localhost")
    before = host.count("ann")
    p = netprobe("fetch", port=host.imaps_port, **login)
    assert p.rc == "ok" and len(p.mails) == before and "bearer accepted" in p.lines
    p = netprobe("send", port=host.smtp_port, tls="starttls", **login)
    assert p.rc == "ok" and "bearer accepted" in p.lines
    mail = host.wait_delivered("ann", before + 1)[-1]["raw"]
    assert b"Authenticated sender: ann" in mail and tokens.looked == ["good-token.1"] * 2


@pytest.mark.parametrize("what", ["fetch", "send"])
def test_login_refused(host, tokens, netprobe, what):
    """OA-2 OA-9: a refused token is asked for again once; the next one serves, or the server's words come back; no third login."""
    tokens.user = "bob"
    tokens.given += ["good-token.1"]
    login = dict(user="bob", login="AUTH=XOAUTH2", ca=host.ca, host="localhost",
                 **(dict(port=host.imaps_port) if what == "fetch" else dict(port=host.smtp_port, tls="starttls")))
    p = netprobe(what, bearer="old-token,good-token.1", **login)
    assert p.rc == "ok" and [line for line in p.lines if line.startswith("bearer")] == ["bearer refused=0", "bearer refused=1", "bearer accepted"]
    tokens.looked.clear()
    p = netprobe(what, bearer="old-token,older-token", **login)
    assert p.rc == "fail" and 'refuses the login of bob: {"status":"401"' in p.error and "old" not in p.error
    assert tokens.looked == ["old-token", "older-token"]
    p = netprobe(what, bearer="good\rtoken", **login)
    assert p.rc == "fail" and "cannot be used" in p.error and len(tokens.looked) == 2


# --- the endpoint ---

@pytest.mark.parametrize("answer, verdict, rc, words", [
    ("ok", "ok", "ok", ""),
    ("rotate", "ok", "ok", ""),
    ("text_life", "ok", "ok", ""),
    ("no_life", "ok", "ok", ""),
    ("invalid_grant", "reauth", "fail", "invalid_grant: AADSTS700082: The refresh token has expired due to inactivity."),
    ("expired_secret", "config", "fail", "invalid_client: AADSTS7000222"),
    ("unauthorized", "config", "fail", "unauthorized_client"),
    ("html500", "retry", "retry", "503 and no JSON"),
    ("html200", "retry", "retry", "200 and no JSON"),
    ("busy", "retry", "retry", "429"),
    ("huge", "retry", "retry", "longer than 64 KiB"),
    ("hang", "retry", "retry", "no answer"),
    ("hang_up", "retry", "retry", "no answer"),
    ("redirect", "config", "fail", "redirect"),
    ("crlf", "config", "fail", "characters"),
    ("no_token", "config", "fail", "no access_token"),
    ("mac_token", "config", "fail", "no bearer"),
    ("echo", "config", "fail", "repeat a secret"),
])
def test_answers_of_the_endpoint(tokens, netprobe, answer, verdict, rc, words):
    """M1 M2 OA-1 OA-9 L17: each answer is told apart; one request, no redirect followed, no secret in the words."""
    tokens.answers = [answer]
    p = netprobe("token", url=tokens.url, grant="refresh", refresh="refresh-0", secret="s=e&c+r t/%", id="id&x", timeout=300)
    assert p.rc == rc and words in p.error, p.lines
    line, = [x for x in p.lines if x.startswith("token ")]
    assert line.split()[1] == verdict
    assert tokens.asked == [dict(grant_type="refresh_token", client_id="id&x", client_secret="s=e&c+r t/%", refresh_token="refresh-0")]
    assert "s=e&c+r" not in p.error and "Trace ID" not in p.error and "refresh-0" not in p.error
    if answer == "rotate":
        assert "refresh=refresh-1" in line
    if verdict == "ok":
        assert f"life={300 if answer == 'no_life' else 3600}" in line
    if answer == "busy":
        assert "rest=1800" in line


# --- a desk that logs in with tokens ---

APP = """
oauth2:
  - name: tenant
    kind: client-credentials
    token_url: {url}
    client_id: the-app
    client_secret_env: THE_APP_SECRET
    scope: https://mail.example/.default
"""
PERSON = """
oauth2:
  - name: tenant
    kind: refresh-token
    token_url: {url}
    client_id: the-app
    refresh_token_file: first.token
"""
PASSWORD_LINE = "password_env: CASEWARD_TEST_SECRET\n"
SECRET = "Sec~ret+With/Odd&Bytes=1"


class TokenDesk(Desk):
    """A desk that keeps whatever caseward said, to be searched for secrets."""

    said = ""

    def run(self, *args, **more):
        r = super().run(*args, **more)
        self.said += r.stdout + r.stderr
        return r

    @property
    def cache(self):
        return self.config.parent / "var/caseward.db.oauth2-tenant"

    def kept(self, **change):
        """What is kept of the source; with changes, written back."""
        now = json.loads(self.cache.read_text())
        if change:
            self.cache.write_text(json.dumps(now | change))
        return now

    def mailbox(self, name="inbox"):
        return next(m for m in self.cli("status", ok=(0, 1))["mailboxes"] if m["name"] == name)

    def source(self):
        return self.cli("status", ok=(0, 1))["oauth2"][0]

    def write(self, who="alice.martin", subject="My payslip"):
        return self.mail_from(who, subject, "Hello.\n")


@pytest.fixture
def token_desk(host, tokens, tmp_path):
    """token_desk(mailbox=True, transport=True, source=APP) -> TokenDesk; no secret was said or stored in the open at its end."""
    made = []

    def make(mailbox=True, transport=True, source=APP, **options):
        prefix = f"o{next(PREFIX)}-"
        desk = TokenDesk(tmp_path / f"desk{len(made)}", host, prefix, **options)
        tokens.user = f"{prefix}er"
        head, tail = desk.config.read_text().split("\ntransport:")
        head = head.replace(PASSWORD_LINE, "oauth2: tenant\n") if mailbox else head
        tail = tail.replace(PASSWORD_LINE, "oauth2: tenant\n") if transport else tail
        desk.config.write_text(head + "\ntransport:" + tail + source.format(url=tokens.url))
        (desk.config.parent / "first.token").write_text(FIRST_REFRESH + "\n")
        desk.env["THE_APP_SECRET"] = SECRET
        made.append(desk)
        return desk

    yield make
    secrets = [SECRET, *tokens.given, *(f"refresh-{n}" for n in range(9))]
    for desk in made:
        desk.run("config", "show", "--json")
        desk.run("status")
        seen = desk.said.encode() + b"".join(p.read_bytes() for p in desk.dir.rglob("*") if p.is_file() and p != desk.cache
                                             and p.name != "first.token")
        assert [s for s in secrets if s.encode() in seen] == []
        assert not desk.cache.exists() or desk.cache.stat().st_mode & 0o777 == 0o600
        desk.check_privacy()


def test_in_and_out(token_desk, tokens):
    """M1 M2 OA-1 OA-5 OA-9: one token serves both ways and the next passes; nobody has to think of it."""
    desk = token_desk()
    desk.write()
    assert desk.once("2026-11-02 10:00")["opened"] == 1
    assert len(desk.inbox("alice.martin")) == 1
    assert tokens.asked == [dict(grant_type="client_credentials", client_id="the-app", client_secret=SECRET,
                                 scope="https://mail.example/.default")]
    desk.write(subject="Another")
    assert desk.once("2026-11-02 10:30")["opened"] == 1 and len(tokens.asked) == 1
    assert desk.source()["error"] == "" and desk.source()["token_expires_at"]
    for line in ("oauth2 tenant", "mailbox", "transport"):
        assert [c["level"] for c in desk.cli("doctor", ok=(0, 1)) if c["what"].startswith(line)] == ["ok"], line


def test_a_token_that_the_server_takes_no_more(token_desk, tokens):
    """M1 M2 OA-9: one renewal each way, and all goes on within the same pass."""
    desk = token_desk()
    desk.once("2026-11-02 09:30")
    tokens.revoked |= set(tokens.given)
    desk.write()
    counts = desk.once("2026-11-02 10:00")
    assert (counts["opened"], counts["failed_mailboxes"], len(tokens.asked)) == (1, 0, 2)
    assert len(desk.inbox("alice.martin")) == 1
    tokens.revoked |= set(tokens.given)
    desk.say(1, "note", "wakes nobody")
    desk.write("samuel.greene")
    assert desk.once("2026-11-02 10:30")["sent"] >= 1 and len(tokens.asked) == 3


@pytest.mark.parametrize("life, asks", [("over", 1), ("at 80 %", 1), ("fresh", 0), ("from the future", 1)])
def test_life_of_a_token(token_desk, tokens, life, asks):
    """OA-9: asked for again when it is over, or 80 % of it are, and not before; a clock that was set back proves nothing."""
    desk = token_desk()
    desk.once("2026-11-02 09:30")
    real = int(time.time())
    desk.kept(**{"over": dict(renew_at=real - 500, expires_at=real - 5), "at 80 %": dict(renew_at=real - 5, expires_at=real + 500),
                 "fresh": dict(renew_at=real + 60, expires_at=real + 500), "from the future": dict(asked_at=real + 999)}[life])
    desk.write()
    assert desk.once("2026-11-02 10:00")["opened"] == 1 and len(tokens.asked) == 1 + asks


def test_endpoint_away(token_desk, tokens):
    """L17 OA-9: the old token serves to its end and the endpoint is not asked again at once; then the mailbox fails with words, mails
    wait, and all is well when it is back."""
    desk = token_desk()
    desk.once("2026-11-02 09:30")
    real = int(time.time())
    desk.kept(renew_at=real - 5, expires_at=real + 500)
    tokens.usual = "html500"
    for minute in (0, 1):
        desk.write(subject=f"At {minute}")
        assert desk.once(f"2026-11-02 10:{minute:02}")["opened"] == 1
    assert len(tokens.asked) == 2 and "503" in desk.source()["error"]
    desk.kept(expires_at=real - 5)
    desk.write("samuel.greene")
    counts = desk.once("2026-11-02 10:02", ok=(1,))
    assert (counts["failed_mailboxes"], counts["sent"], len(tokens.asked)) == (1, 0, 2)
    assert "503" in desk.mailbox()["error"] and "oauth2 tenant" in desk.mailbox()["error"]
    tokens.usual = "ok"
    rest = desk.kept()["endpoint"]
    assert rest["failures"] == 1 and real + 30 < rest["try_at"] <= real + 120
    desk.kept(endpoint=rest | dict(try_at=real - 1))
    assert desk.once("2026-11-02 10:04")["opened"] == 1 and desk.source()["error"] == ""


def test_refused_mailbox(token_desk, tokens):
    """L17 L18 M1 OA-7 OA-9: a new token is refused, too: two requests, no third; the login rests; the error says what to do; the second
    mailbox and the mails out go on; mended settings are tried at once."""
    desk = token_desk(transport=False)
    second = f"  - name: second\n    kind: imap\n    port: {desk.host.imaps_port}\n    host: localhost\n    ca_file: {desk.host.ca}\n"
    desk.edit(("\ntransport:\n", f"{second}    user: {desk.prefix}two\n    {PASSWORD_LINE}\ntransport:\n"))
    tokens.revoked.add("*")
    desk.write()
    desk.host.append(f"{desk.prefix}two", desk.mail_from("noah.kim", "To the second", send=False).raw)
    counts = desk.once("2026-11-02 10:00", ok=(1,))
    assert (counts["failed_mailboxes"], counts["opened"], len(tokens.asked), len(tokens.looked)) == (1, 1, 2, 2)
    assert "also with a new token; to do: " in desk.mailbox()["error"] and desk.mailbox("second")["error"] == ""
    assert len(desk.inbox("noah.kim")) == 1
    for minute in (1, 2, 4):
        desk.once(f"2026-11-02 10:{minute:02}", ok=(1,))
    assert (len(tokens.asked), len(tokens.looked)) == (2, 2) and "tried again at" in desk.mailbox()["error"]
    login, = desk.kept()["logins"]
    assert login["who"] == "mailbox inbox" and 200 < login["try_at"] - time.time() <= 300
    desk.kept(logins=[login | dict(try_at=0)])
    desk.once("2026-11-02 10:30", ok=(1,))
    login, = desk.kept()["logins"]
    assert len(tokens.asked) == 3 and 500 < login["try_at"] - time.time() <= 600  # twice as long
    tokens.revoked.clear()
    desk.env["THE_APP_SECRET"] = SECRET + "2"
    assert desk.once("2026-11-02 10:31")["opened"] == 1 and desk.mailbox()["error"] == ""


def test_refused_transport(token_desk, tokens):
    """M2 L20 OA-7: mails are not dead letters because we are not let in, for however long; they leave soon after all is well."""
    desk = token_desk(mailbox=False)
    tokens.revoked.add("*")
    desk.write()
    assert desk.once("2026-11-02 10:00")["sent"] == 0 and len(tokens.asked) == 2
    rows = desk.outbox()
    assert {r["state"] for r in rows} == {"queued"} and all("401" in r["reply"] for r in rows[:1])
    for day in range(3, 20, 2):
        desk.once(f"2026-11-{day:02} 19:00", "--no-intake")
    assert len(tokens.asked) == 2 and {(r["state"], r["attempts"]) for r in desk.outbox()} == {("queued", 0)}
    tokens.revoked.clear()
    desk.kept(logins=[])
    desk.once("2026-11-19 19:31")
    assert {r["state"] for r in desk.outbox()} == {"sent"} and len(desk.inbox("alice.martin")) >= 1


def test_smtp_asks_for_patience(token_desk, tokens):
    """M2: 454 is not a refusal of the token: no other one is asked for."""
    with FakeSmtp(extensions=["AUTH XOAUTH2"], auth="454 4.7.0 try again later") as server:
        desk = token_desk(mailbox=False)
        head, tail = desk.config.read_text().split("\ntransport:")
        tail = tail.replace(f"port: {desk.host.smtp_port}", f"port: {server.port}").replace("tls: starttls", "tls: none")
        desk.config.write_text(head + "\ntransport:" + tail)
        desk.write()
        desk.once("2026-11-02 10:00")
        assert len(tokens.asked) == 1 and {r["state"] for r in desk.outbox()} == {"queued"}
        assert sum(line.startswith("AUTH") for line in server.heard) == 1


def test_killed_after_the_exchange(token_desk, tokens):
    """L17 OA-9: a refresh token that was exchanged for another is on the disk before the access token is used: killed in between, the
    next pass goes on with what was given, and later with the new refresh token."""
    tokens.usual = "rotate"
    desk = token_desk(transport=False, source=PERSON)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        real = (f"port: {desk.host.imaps_port}", f"port: {silent.getsockname()[1]}")
        desk.edit(real)
        p = subprocess.Popen([CASEWARD, "-c", desk.config, "once", "--now", clock("2026-11-02 10:00")], env=desk.env,
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with silent.accept()[0]:
            p.kill()
            p.wait()
    desk.edit(real[::-1])
    desk.write()
    assert desk.once("2026-11-02 10:10")["opened"] == 1
    assert [a["refresh_token"] for a in tokens.asked] == ["refresh-0"]
    desk.kept(renew_at=1, expires_at=2)
    desk.write("samuel.greene")
    assert desk.once("2026-11-02 10:20")["opened"] == 1
    assert [a["refresh_token"] for a in tokens.asked] == ["refresh-0", "refresh-1"]


def test_consent_is_gone(token_desk, tokens):
    """L17 OA-10: invalid_grant says that a person must sign in again; a new first token in the file is used at once."""
    desk = token_desk(source=PERSON)
    tokens.usual = "invalid_grant"
    desk.write()
    desk.once("2026-11-02 10:00", ok=(1,))
    assert "refresh_token_file" in desk.mailbox()["error"] and len(tokens.asked) == 1
    tokens.usual = "rotate"
    tokens.refresh = "refresh-5"
    (desk.config.parent / "first.token").write_text("refresh-5\n")
    assert desk.once("2026-11-02 10:01")["opened"] == 1
    assert tokens.asked[-1]["refresh_token"] == "refresh-5" and len(tokens.asked) == 2


@pytest.mark.parametrize("what", ["", "{", '{"version": 1}', "\0" * 4096])
def test_torn_file(token_desk, tokens, what):
    """G19 L17: whatever stands in the file, it costs one request and no more."""
    desk = token_desk()
    desk.cache.parent.mkdir(exist_ok=True)
    desk.cache.write_text(what)
    desk.write()
    assert desk.once("2026-11-02 10:00")["opened"] == 1 and len(tokens.asked) == 1 and desk.kept()["access"]


@pytest.mark.parametrize("answer, words", [
    ("expired_secret", "make a new one"), ("unauthorized", "Domain-wide"), ("redirect", "correct token_url"), ("html500", "proxy"),
])
def test_doctor(token_desk, tokens, answer, words):
    """OA-5 OA-7 OA-10 L17: doctor says what to do about what the endpoint says; it asks though it rests."""
    desk = token_desk()
    tokens.usual = answer
    desk.once("2026-11-02 10:00", ok=(0, 1))
    line = next(c for c in desk.cli("doctor", ok=(1,)) if c["what"] == "oauth2 tenant")
    assert line["level"] == "FAIL" and words in line["do"] and "to do" not in line["text"]
    tokens.usual = "ok"
    assert desk.cli("doctor", ok=(0, 1)) and desk.source()["error"] == ""


def test_doctor_knows_a_refused_login(token_desk, tokens):
    """OA-7 L17: the endpoint is well, the mail server takes no token: both logins say so."""
    desk = token_desk()
    tokens.revoked.add("*")
    found = {c["what"].split()[0]: c for c in desk.cli("doctor", ok=(1,))}
    assert found["oauth2"]["level"] == "ok" and [found[x]["level"] for x in ("mailbox", "transport")] == ["FAIL"] * 2
    assert all("also with a new token" in found[x]["text"] for x in ("mailbox", "transport"))


@pytest.mark.parametrize("day, level", [("2026-11-20", None), ("2001-11-01", "FAIL"), ("2099-11-20", "ok")])
def test_secret_that_ends(token_desk, tokens, day, level):
    """L17: a month ahead an alarm, doctor and status say that the secret ends, and when."""
    desk = token_desk()
    desk.edit(("    client_id: the-app\n", f"    client_id: the-app\n    secret_expires: {day}\n"))
    r = desk.run("once", "--now", clock("2026-11-02 10:00"))
    assert ("kind=secret" in r.stderr) == (level != "ok") and (day in r.stderr) == (level != "ok")
    assert desk.source()["secret_expires_at"].startswith(day)
    line = next(c for c in desk.cli("doctor", ok=(0, 1)) if c["what"] == "oauth2 tenant")
    assert level in (None, line["level"]) and (day in line["text"]) == (line["level"] != "ok")
