"""OAuth2: tokens from an endpoint that follows a script, logins by IMAP and SMTP on a real Dovecot and Postfix that ask about each."""
import pytest

from mailhost import Mailhost
from tokenserver import TokenServer


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
