"""Mail in and out on real servers (Dovecot, Postfix), and on scripted ones for what no honest server does."""
import hashlib
import re
import time

import pytest

from conftest import CASEWARD
from fakeserver import FakeImap, FakeSmtp
from mailhost import wait_for

NEVER = "\\Deleted"


def mail(n, size=0):
    text = f"From: p{n}@test.example\r\nTo: er@test.example\r\nSubject: mail {n}\r\nMessage-ID: <{n}@test.example>\r\n\r\nHello {n}.\r\n"
    return text.encode() + (b"y" * 70 + b"\r\n") * (size // 72)


def sha(raw):
    return hashlib.sha256(raw).hexdigest()


def imaps(host, user, **more):
    return dict(host="localhost", port=host.imaps_port, ca=host.ca, user=user, **more)


def smtp(host, **more):
    return dict(host="localhost", port=host.smtp_port, ca=host.ca, tls="starttls", **more)


def plain(fake, **more):
    return dict(host="127.0.0.1", port=fake.port, tls="none", **{"timeout": 2, **more})


# --- IMAP: what comes in ---

def test_M1_L1_mails_come_byte_for_byte_and_nothing_changes(mailhost, netprobe):
    """M1 IM-3: BODY.PEEK, read-only: no \\Seen, no flag, all still there; NUL-free odd bytes as they are."""
    mails = [mail(1), b"Subject: odd\r\n\r\n\xff\xfe {7}\r\n.\r\n)\r\n", mail(2, 300000)]
    mailhost.append("peek", mails)
    before = mailhost.messages("peek")
    p = netprobe("fetch", **imaps(mailhost, "peek"))
    assert p.rc == "ok"
    assert [m["sha256"] for m in p.mails] == [sha(m["raw"]) for m in before]
    assert mailhost.messages("peek") == before
    assert not any("\\Seen" in m["flags"] for m in before)


def test_M1_starttls(mailhost, netprobe):
    mailhost.append("start", mail(1))
    p = netprobe("fetch", host="localhost", port=mailhost.imap_port, tls="starttls", ca=mailhost.ca, user="start")
    assert (p.rc, p.uids) == ("ok", [1])


def test_IM16_received_time_is_the_servers(mailhost, netprobe):
    """IM-16: INTERNALDATE with its zone, not Date."""
    mailhost.append("when", mail(1), date='"03-Nov-2026 10:00:00 +0130"')
    assert netprobe("fetch", **imaps(mailhost, "when")).mails[0]["at"] == "2026-11-03T08:30:00Z"


def test_L2_L5_L6_every_mail_once_oldest_first(mailhost, netprobe):
    """L2 L5 L6: 450 mails over several windows and batches, with gaps in the UIDs; moved away while they are read."""
    mailhost.fill("many", (mail(i) for i in range(450)))
    with mailhost.session("many") as c:
        c.uid("STORE", "5,17:40,201", "+FLAGS.SILENT", NEVER)
        c.expunge()
    left = [m["uid"] for m in mailhost.messages("many")]
    p = netprobe("fetch", **imaps(mailhost, "many", done="move", to="Done"))
    assert p.uids == left == sorted(left)
    assert (mailhost.count("many"), mailhost.count("many", "Done")) == (0, len(left))


def test_IM2_nothing_new_gives_nothing(mailhost, netprobe):
    """IM-2: `n:*` always names the last mail; it must not come again."""
    mailhost.append("again", [mail(1), mail(2)])
    first = netprobe("fetch", **imaps(mailhost, "again")).mails
    at = dict(validity=first[0]["validity"], last=2)
    assert netprobe("fetch", **imaps(mailhost, "again", **at)).uids == []
    mailhost.append("again", mail(3))
    assert netprobe("fetch", **imaps(mailhost, "again", **at)).uids == [3]
    assert netprobe("fetch", **imaps(mailhost, "again", since=1, **at)).uids == [1, 2, 3]
    assert netprobe("fetch", **imaps(mailhost, "again", validity=at["validity"], last=2**32 - 1)).uids == []


def test_M1_uidvalidity_change_lists_all_again(mailhost, netprobe):
    """M1 IM-1: after a restore all mails come again, and the caller is told."""
    mailhost.append("reset", [mail(1), mail(2)])
    first = netprobe("fetch", **imaps(mailhost, "reset"))
    at = dict(validity=first.mails[0]["validity"], last=2)
    mailhost.change_uidvalidity("reset")
    p = netprobe("fetch", **imaps(mailhost, "reset", **at))
    assert p.words("begin")[0]["reset"] == "1" and first.words("begin")[0]["reset"] == "0"
    assert [m["sha256"] for m in p.mails] == [m["sha256"] for m in first.mails]
    assert p.mails[0]["validity"] != at["validity"]


def test_M1_marked_with_a_keyword_after_it_was_taken(mailhost, netprobe):
    mailhost.append("mark", [mail(1), mail(2)])
    assert netprobe("fetch", **imaps(mailhost, "mark", done="mark")).rc == "ok"
    assert [m["flags"] for m in mailhost.messages("mark")] == [["$CasewardDone"]] * 2


def test_L3_L4_nothing_is_deleted_by_moving(mailhost, netprobe):
    """L3 L4 IM-6: a mail that somebody else marked as deleted stays; only ours are moved, once."""
    mailhost.append("move", [mail(1), mail(2), mail(3)])
    with mailhost.session("move") as c:
        c.uid("STORE", "2", "+FLAGS", NEVER)
    at = dict(validity=netprobe("fetch", **imaps(mailhost, "move", max=0)).finish() and 0, last=0)
    p = netprobe("fetch", **imaps(mailhost, "move", done="move", to="Done/2026", **at))
    assert p.rc == "ok" and p.uids == [1, 2, 3]
    assert mailhost.count("move", "Done/2026") == 3
    with mailhost.session("move") as c:
        c.append("INBOX", None, None, mail(4))
    assert netprobe("fetch", **imaps(mailhost, "move", done="move", to="Done/2026")).uids == [4]
    assert mailhost.count("move", "Done/2026") == 4


def test_L19_IM15_larger_than_the_limit_comes_as_its_header(mailhost, netprobe):
    """L19 IM-15: never dropped, never silent."""
    mailhost.append("large", [mail(1), mail(2, 3000000), mail(3)])
    p = netprobe("fetch", **imaps(mailhost, "large", max_mail=1000000))
    assert p.uids == [1, 2, 3]
    assert "larger than the limit" in p.mails[1]["problem"] and p.mails[0]["problem"] == p.mails[2]["problem"] == ""
    assert p.mails[1]["sha256"] == sha(mail(2).split(b"\r\n\r\n")[0] + b"\r\n\r\n")


def test_memory_stays_small_with_a_mail_of_50_MB(mailhost, netprobe):
    """IM-15: 64 MB and once the size of the mail."""
    mailhost.append("huge", [mail(1, 50 * 1024 * 1024)])
    p = netprobe("fetch", **imaps(mailhost, "huge"))
    assert p.mails[0]["sha256"] == sha(mailhost.messages("huge")[0]["raw"])
    if not CASEWARD.parent.name.endswith("-san"):  # which has a memory of its own
        assert int(p.words("total")[0]["peak_kb"]) < (64 + 52) * 1024


def test_G14_idle_wakes_for_new_mail(mailhost, netprobe):
    """G14 IM-13: a mail is seen long before the poll; a quiet inbox is a timeout."""
    mailhost.append("idle", mail(1))
    p = netprobe("wait", **imaps(mailhost, "idle", seconds=30))
    p.until("waiting")
    start = time.monotonic()
    mailhost.smtp_send("boss@test.example", "idle+tag@test.example", mail(2))
    assert p.until("woke") == "woke ok"
    assert time.monotonic() - start < 10
    assert (p.rc, p.uids) == ("ok", [1, 2])
    quiet = netprobe("wait", **imaps(mailhost, "idle", seconds=0))
    assert "woke none" in quiet.finish().lines


@pytest.mark.parametrize("cert", ["wrong", "untrusted", "expired"])
@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_M1_a_bad_certificate_gets_no_password(mailhost, netprobe, cert, tls):
    """M1: wrong host, unknown authority, expired: refused before the login, and not tried again and again."""
    with FakeImap({}, mailhost.pki.cert(cert), tls=tls == "implicit") as f:
        f.capabilities += " STARTTLS"
        f.do_starttls = lambda line, tag, rest: (line.say(f"{tag} OK go"), line.start_tls(f.cert))
        p = netprobe("fetch", host="localhost", port=f.port, tls=tls, ca=mailhost.ca, user="ann", password="secret")
        assert p.rc == "fail" and "not to be trusted" in p.error
        assert not any("AUTH" in h or "LOGIN" in h or "secret" in h for h in f.heard)


def test_M1_starttls_that_is_not_there_is_no_plaintext(mailhost, netprobe):
    with FakeImap({}) as f:
        p = netprobe("fetch", host="localhost", port=f.port, tls="starttls", ca=mailhost.ca, user="ann", password="secret")
        assert p.rc == "fail"
        assert not any("AUTH" in h or "LOGIN" in h for h in f.heard)
    p = netprobe("fetch", host="192.0.2.1", port=143, tls="none", user="ann")
    assert p.rc == "bad" and "only on loopback" in p.error


def test_M1_a_wrong_password_is_told_apart(mailhost, netprobe):
    p = netprobe("fetch", **imaps(mailhost, "ann", password="no"))
    assert p.rc == "fail" and "refuses the login of ann" in p.error
    assert netprobe("fetch", host="localhost", port=1, ca=mailhost.ca, user="ann").rc == "retry"


def test_no_command_can_be_smuggled_in(mailhost, netprobe):
    for evil in ("INBOX\r\nx LOGOUT", "a\nb", "\x00"):
        if "\x00" not in evil:
            assert netprobe("fetch", **imaps(mailhost, "ann", mailbox=evil)).rc == "bad"
            assert netprobe("fetch", **imaps(mailhost, evil)).rc == "bad"
    p = netprobe("fetch", **imaps(mailhost, "ann", mailbox="No such"))
    assert p.rc == "fail" and "No such" in p.error


# --- IMAP servers with manners of their own ---

class Withholds(FakeImap):
    """Gives some mails only the n-th time."""
    from_try, tries = {}, 0

    def give(self, line, seq, uid):
        self.tries += uid in self.from_try
        if self.tries >= self.from_try.get(uid, 0):
            super().give(line, seq, uid)


def test_IM8_a_mail_that_does_not_come_is_asked_for_again(netprobe):
    with Withholds({1: mail(1), 2: mail(2), 3: mail(3)}) as f:
        f.from_try = {2: 3}
        p = netprobe("fetch", **plain(f, user="ann"))
        assert (p.rc, p.uids) == ("ok", [1, 2, 3])
        assert [m["problem"] for m in p.mails] == ["", "", ""] and p.mails[1]["sha256"] == sha(mail(2))


def test_IM8_M7_a_mail_that_never_comes_is_reported_and_stops_nothing(netprobe):
    with Withholds({1: mail(1), 2: mail(2), 3: mail(3)}) as f:
        f.from_try = {2: 99}
        p = netprobe("fetch", **plain(f, user="ann"))
        assert (p.rc, p.uids) == ("ok", [1, 2, 3])
        assert "did not give it" in p.mails[1]["problem"]
        assert p.mails[1]["sha256"] == sha(mail(2).split(b"\r\n\r\n")[0] + b"\r\n\r\n")


def test_IM8_a_mail_that_was_deleted_meanwhile_is_no_problem(netprobe):
    class Vanishes(FakeImap):
        def give(self, line, seq, uid):
            if uid == 2:
                self.mails.pop(2, None)
            else:
                super().give(line, seq, uid)

    with Vanishes({1: mail(1), 2: mail(2), 3: mail(3)}) as f:
        p = netprobe("fetch", **plain(f, user="ann"))
        assert (p.rc, p.uids) == ("ok", [1, 3])


@pytest.mark.parametrize("done", ["leave", "mark"])
def test_the_next_batch_is_asked_for_ahead_and_once(netprobe, done):
    with FakeImap({u: mail(u) for u in range(1, 126)}) as f:
        p = netprobe("fetch", **plain(f, user="ann", done=done))
        assert (p.rc, p.uids) == ("ok", list(range(1, 126)))
        ours = [h.split(" ", 1) for h in f.heard if h[0].isdigit()]
        assert [int(tag) for tag, _ in ours] == list(range(1, len(ours) + 1))
        fetched = [h.split()[2] for _, h in ours if "BODY.PEEK[]" in h]
        assert fetched == ["1:50", "51:100", "101:125"]


class HangsUp(FakeImap):
    """Closes the connection at one mail, as Dovecot does at a damaged one."""
    at = 2

    def give(self, line, seq, uid):
        if uid == self.at:
            line.say(b"* %d FETCH (UID %d BODY[] {5000}\r\nSubj" % (seq, uid))
            raise EOFError
        super().give(line, seq, uid)


def test_M7_a_mail_that_breaks_the_connection_stops_nothing(netprobe):
    """M7 L21: reconnect, the others alone, a stub for the one."""
    with HangsUp({u: mail(u) for u in range(1, 31)}) as f:
        p = netprobe("fetch", **plain(f, user="ann"))
        assert (p.rc, p.uids) == ("ok", list(range(1, 31)))
        assert [m["uid"] for m in p.mails if m["problem"]] == ["2"]
        assert f.connections <= 6


@pytest.mark.parametrize("done", ["move", "mark"])
def test_IM1_old_uids_touch_nothing_in_a_renumbered_mailbox(netprobe, done):
    """M1 IM-1: the mailbox is restored between two connections of one pass: UIDs of before name other mails, none of which we have."""
    class Restored(HangsUp):
        touched = ()

        def give(self, line, seq, uid):
            if uid == self.at and self.connections == 2:
                self.uidvalidity = 8
            super().give(line, seq, uid)

        def do_uid_move(self, line, tag, rest):
            self.touched += ((self.uidvalidity, rest[0]),)

        do_uid_store = do_uid_move

    with Restored({u: mail(u) for u in (1, 2, 3)}) as f:
        p = netprobe("fetch", **plain(f, user="ann", done=done, to="Done"))
        assert (p.uids, f.connections > 2) == ([1], True)
        assert f.touched == () and p.rc == "retry"


def test_a_server_that_always_hangs_up_is_left_alone_for_now(netprobe):
    class Hopeless(HangsUp):
        def give(self, line, seq, uid):
            raise EOFError

        give_header = give

    with Hopeless({u: mail(u) for u in range(1, 31)}) as f:
        p = netprobe("fetch", **plain(f, user="ann"))
        assert p.rc == "retry" and f.connections <= 15


def test_IM7_a_wrong_size_does_not_matter(netprobe):
    """IM-7: sizes are estimates, far too large or far too small."""
    class Guesses(FakeImap):
        def size(self, uid):
            return {1: 90000, 2: 10, 3: 0}[uid]

    mails = {1: mail(1), 2: mail(2, 400000), 3: mail(3)}
    with Guesses(mails) as f:
        p = netprobe("fetch", **plain(f, user="ann"))
        assert p.rc == "ok" and [m["sha256"] for m in p.mails] == [sha(m) for m in mails.values()]
        assert not any(m["problem"] for m in p.mails)


def test_a_size_that_lies_does_not_break_the_limit(netprobe):
    class Lies(FakeImap):
        def size(self, uid):
            return 100

    with Lies({1: mail(1), 2: mail(2, 5000000), 3: mail(3)}) as f:
        p = netprobe("fetch", **plain(f, user="ann", max_mail=1000000))
        assert (p.rc, p.uids) == ("ok", [1, 2, 3])
        assert "larger than" in p.mails[1]["problem"] and int(p.mails[1]["len"]) < 1000


def test_rows_that_nobody_asked_for_are_ignored(netprobe):
    class Chatty(FakeImap):
        def give(self, line, seq, uid):
            line.say(r"* 1 FETCH (FLAGS (\Seen $x) UID 999)")
            line.say(b"* 9 FETCH (UID 4711 BODY[] {6}\r\nevil\r\n)\r\n")
            mail = self.mails[uid]
            line.say(b"* %d FETCH (FLAGS (\\Seen) BODY[] {%d}\r\n" % (seq, len(mail)) + mail + b" UID %d)\r\n" % uid)

    with Chatty({1: mail(1), 2: mail(2)}) as f:
        p = netprobe("fetch", **plain(f, user="ann"))
        assert (p.rc, p.uids) == ("ok", [1, 2])
        assert [m["sha256"] for m in p.mails] == [sha(mail(1)), sha(mail(2))]


def test_IM9_what_Exchange_puts_in_the_place_of_a_mail(netprobe):
    fake = b"Subject: Retrieval using the IMAP4 protocol failed for the following message: 7\r\n\r\nThe server could not.\r\n"
    with FakeImap({1: fake, 2: b"Message-ID: <1@x>\r\n" + fake}) as f:
        p = netprobe("fetch", **plain(f, user="ann"))
        assert "could not convert" in p.mails[0]["problem"] and p.mails[1]["problem"] == ""


def test_IM5_a_server_without_keywords_is_left_unmarked_and_it_is_said(netprobe):
    with FakeImap({1: mail(1)}) as f:
        f.permanentflags = r"\Seen \Answered \Flagged \Deleted \Draft $MDNSent"
        p = netprobe("fetch", **plain(f, user="ann", done="mark"))
        assert p.rc == "ok" and "keeps no keywords" in p.words("begin")[0]["note"]
        assert not any("STORE" in h for h in f.heard)


@pytest.mark.parametrize("can, wanted, unwanted", [
    ("IMAP4rev1 MOVE UIDPLUS", ["UID MOVE 1:2 Done"], "COPY|STORE|EXPUNGE"),
    ("IMAP4rev1 UIDPLUS", ["UID COPY 1:2 Done", r"UID STORE 1:2 \+FLAGS.SILENT \(.Deleted\)", "UID EXPUNGE 1:2"], "MOVE| EXPUNGE$"),
    ("IMAP4rev1", [], "MOVE|COPY|STORE|EXPUNGE"),
])
def test_IM6_how_mails_are_moved(netprobe, can, wanted, unwanted):
    """IM-6: never a plain EXPUNGE; without a safe way the mails stay."""
    with FakeImap({1: mail(1), 2: mail(2)}) as f:
        f.capabilities = can
        p = netprobe("fetch", **plain(f, user="ann", done="move", to="Done"))
        assert p.rc == "ok"
        heard = [h.split(" ", 1)[1].replace('"', "") for h in f.heard if " " in h]
        for w in wanted:
            assert any(re.fullmatch(w, h) for h in heard), heard
        assert not any(re.search(unwanted, h) for h in heard), heard
        assert bool(wanted) != bool(p.words("begin")[0]["note"])


@pytest.mark.parametrize("quirk", ["flags first", "refused", "none"])
def test_IDLE_manners(netprobe, quirk):
    """Untagged data before "+", IDLE refused, no IDLE at all: none of it is an error."""
    class Idles(FakeImap):
        def do_idle(self, line, tag, rest):
            if quirk == "refused":
                return "NO not now"
            line.say(r"* FLAGS (\Seen)")
            line.say("* OK still here")
            line.say("+ idling")
            line.say("* 2 EXISTS")
            line.hear()
            self.mails[2] = mail(2)

    with Idles({1: mail(1)}) as f:
        if quirk == "none":
            f.capabilities = "IMAP4rev1"
        p = netprobe("wait", **plain(f, user="ann", seconds=1))
        assert p.rc in ("ok", "none")
        assert p.uids == ([1, 2] if quirk == "flags first" else [1])


def test_IM13_an_idle_that_ends_at_once_is_no_busy_loop(netprobe):
    """M1 L14: a server that takes IDLE and ends it at once is asked now and then, as one without IDLE."""
    class Hasty(FakeImap):
        asked_idle = 0

        def do_idle(self, line, tag, rest):
            self.asked_idle += 1
            line.say("+ idling")

    with Hasty({1: mail(1)}) as f:
        assert netprobe("wait", **plain(f, user="ann", seconds=1)).rc == "none"
        assert f.asked_idle == 1


@pytest.mark.parametrize("garbage", [b"* 1 FETCH (UID (((\r\n", b"* 1 FETCH (UID 1 BODY[] {4294967297}\r\nab)\r\n", b"\x00\x01\r\n"])
def test_nonsense_ends_the_session_not_the_program(netprobe, garbage):
    class Mad(FakeImap):
        def give(self, line, seq, uid):
            line.say(garbage)
            raise EOFError

        give_header = give

    with Mad({1: mail(1)}) as f:
        p = netprobe("fetch", **plain(f, user="ann"))
        assert p.rc in ("ok", "retry") and p.process.returncode >= 0


# --- SMTP ---

def test_M2_sent_over_starttls_with_several_connections(mailhost, netprobe):
    """M2: Postfix takes them, Dovecot has them, CRLF and leading dots as they were."""
    body = "From: er@test.example\r\nSubject: s\r\n\r\n.leading\r\n..two\r\nlast"
    p = netprobe("send", **smtp(mailhost, rcpt="many2@test.example", n=12, connections=4, body=body))
    assert p.rc == "ok" and [s[:3] for s in p.sent] == [("ok", 250, False)] * 12
    got = mailhost.wait_delivered("many2", 12)
    assert all(m["raw"].endswith(b".leading\r\n..two\r\nlast\r\n") for m in got)


def test_M2_connections_are_kept(netprobe):
    with FakeSmtp() as f:
        p = netprobe("send", **plain(f, n=6, rounds=3, connections=2))
        assert p.rc == "ok" and len(p.sent) == 18 and f.connections <= 2
        assert f.heard[0] == "EHLO probe.example"


@pytest.mark.parametrize("sender, heard", [("er+b-1@test.example", "MAIL FROM:<er+b-1@test.example>"), ("", "MAIL FROM:<>")])
def test_M2_sender(netprobe, sender, heard):
    with FakeSmtp() as f:
        assert netprobe("send", **plain(f, **{"from": sender})).rc == "ok"
        assert any(h.startswith(heard) for h in f.heard) and "RCPT TO:<ann@test.example>" in f.heard


@pytest.mark.parametrize("address", ["a@x.example>\r\nRCPT TO:<evil@x.example", "<a@x.example> SIZE=1", "a b@x.example", "nobody",
                                     "j\u00fcrgen@x.example", "@x.example", "a@", "x" * 250 + "@x.example"])
def test_M2_an_address_that_is_none_is_never_sent(netprobe, address):
    with FakeSmtp() as f:
        p = netprobe("send", **plain(f, rcpt=address))
        assert [s[0] for s in p.sent] == ["fail"] and not f.heard
        assert [s[0] for s in netprobe("send", **plain(f, **{"from": address})).sent] == ["fail"]


@pytest.mark.parametrize("body", ["S: x\r\n\r\n.\nMAIL FROM:<x@x>\n", "S: x\r\n\r\na\rb\r\n", "S: x\n\nb\n"])
def test_M2_bare_CR_and_LF_are_never_sent(netprobe, body):
    with FakeSmtp() as f:
        assert [s[0] for s in netprobe("send", **plain(f, body=body)).sent] == ["fail"] and not f.heard


@pytest.mark.parametrize("case, answers, rc, code, auth", [
    ("recipient refused", dict(rcpt="550 5.1.1 no such user"), "fail", 550, False),
    ("greylisted", dict(rcpt="450 4.2.0 greylisted"), "retry", 450, False),
    ("sender deferred", dict(mail="451 4.7.1 later"), "retry", 451, False),
    ("sender refused", dict(mail="553 5.1.8 no"), "retry", 553, False),
    ("too large", dict(mail="552 5.3.4 too big"), "fail", 552, False),
    ("disk full", dict(data="452 4.3.1 full"), "retry", 452, False),
    ("content refused", dict(dot="554 5.7.1 spam"), "fail", 554, False),
    ("content deferred", dict(dot="451 4.3.0 later"), "retry", 451, False),
    ("lost after the final dot", dict(dot="close"), "unsure", 354, False),
    ("silent after the final dot", dict(dot="stall"), "unsure", 354, False),
    ("lost before the end", dict(middata=True), "retry", 354, False),
    ("lost at MAIL", dict(mail="close"), "retry", None, False),
    ("too busy", dict(greeting="421 busy"), "retry", 421, False),
    ("no service", dict(greeting="554 no mail here"), "retry", 554, False),
    ("silent greeting", dict(greeting="stall"), "retry", None, False),
    ("login needed", dict(mail="530 5.7.0 authenticate first"), "retry", 530, True),
    ("shut down between", dict(rcpt="421 4.3.2 going down"), "retry", 421, False),
    ("QUIT unanswered", dict(quit="stall"), "ok", 250, False),
])
def test_M2_L20_what_an_answer_means(netprobe, case, answers, rc, code, auth):
    """M2 M3 L20: 4xx later, 5xx never, silence after the dot is unsure; a host in trouble is not the mail's fault."""
    with FakeSmtp(**answers) as f:
        p = netprobe("send", **plain(f, size=3000000 if case == "lost before the end" else 500))
        got = p.sent[0]
        assert (got[0], got[2]) == (rc, auth) and (code is None or got[1] == code), p.lines


@pytest.mark.parametrize("auth, rc, is_auth", [("535 5.7.8 bad password", "fail", True), ("454 4.7.0 not now", "retry", False)])
def test_M2_L20_login_refused_stops_the_batch(netprobe, auth, rc, is_auth):
    """M2: nothing lost, one try, told apart from a mail that is refused."""
    with FakeSmtp(extensions=["AUTH PLAIN LOGIN"], auth=auth) as f:
        p = netprobe("send", **plain(f, user="er", n=20, connections=5))
        assert p.rc == rc and [s[0] for s in p.sent] == ["retry"] * 20
        assert p.sent[0][2] == is_auth and f.connections <= 2 and not any(h.startswith("MAIL") for h in f.heard)


def test_M2_a_host_that_is_down_is_tried_once(netprobe):
    p = netprobe("send", host="127.0.0.1", port=1, tls="none", n=50, connections=10)
    assert p.rc == "retry" and [s[0] for s in p.sent] == ["retry"] * 50
    with FakeSmtp(greeting="421 busy") as f:
        assert netprobe("send", **plain(f, n=50, connections=10)).rc == "retry" and f.connections <= 2


def test_M2_L20_one_bad_recipient_does_not_stop_the_others(mailhost, netprobe):
    p = netprobe("send", **smtp(mailhost, rcpt="nobody@test.example"))
    assert p.rc == "ok" and p.sent[0][:2] == ("fail", 550) and "no such person" in p.sent[0][3]
    p = netprobe("send", **smtp(mailhost, rcpt="later@test.example", n=3, connections=2))
    assert p.rc == "ok" and [s[:2] for s in p.sent] == [("retry", 450)] * 3


def test_M2_a_connection_closed_meanwhile_is_opened_again(netprobe):
    """A kept connection that the server gave up says nothing about the next mail."""
    class Once(FakeSmtp):
        def _take(self, line):
            super()._take(line)
            raise EOFError

    with Once() as f:
        p = netprobe("send", **plain(f, n=1, rounds=4))
        assert p.rc == "ok" and [s[0] for s in p.sent] == ["ok"] * 4 and len(f.mails) == 4


@pytest.mark.parametrize("cert", ["wrong", "untrusted", "expired"])
def test_M2_a_bad_certificate_gets_no_mail(mailhost, netprobe, cert):
    with FakeSmtp(mailhost.pki.cert(cert), ["STARTTLS", "AUTH PLAIN"]) as f:
        p = netprobe("send", host="localhost", port=f.port, tls="starttls", ca=mailhost.ca, user="er", password="secret", n=5)
        assert p.rc == "fail" and [s[0] for s in p.sent] == ["retry"] * 5 and p.sent[0][2]
        assert not any(h.startswith(("AUTH", "MAIL")) for h in f.heard) and f.connections <= 2


@pytest.mark.parametrize("answers, extensions", [({}, []), (dict(starttls="454 no"), ["STARTTLS"]),
                                                 (dict(starttls="220 go\r\n250-evil\r\n250 AUTH PLAIN"), ["STARTTLS"])])
def test_M2_starttls_taken_away_is_no_plaintext(mailhost, netprobe, answers, extensions):
    with FakeSmtp(mailhost.pki.cert("good"), extensions, **answers) as f:
        p = netprobe("send", host="localhost", port=f.port, tls="starttls", ca=mailhost.ca, user="er", password="secret", timeout=3)
        assert p.rc in ("fail", "retry") and p.sent[0][0] == "retry"
        assert not any(h.startswith(("AUTH", "MAIL")) for h in f.heard)


def test_M2_M3_into_a_maildir_once(tmp_path, netprobe):
    """M3: the same Message-ID again is there already, also after it was read."""
    box = tmp_path / "out"
    assert [s[0] for s in netprobe("send", kind="maildir", path=box, n=3).sent] == ["ok"] * 3
    files = sorted((box / "new").iterdir())
    files[0].rename(box / "cur" / (files[0].name + ":2,S"))
    assert [s[0] for s in netprobe("send", kind="maildir", path=box, n=3).sent] == ["ok"] * 3
    assert len(list((box / "new").iterdir())) == 2 and not list((box / "tmp").iterdir())
    assert netprobe("send", kind="maildir", path=box, n=1, id="other").rc == "ok"
    assert len(list((box / "new").iterdir())) == 3


# --- webhook ---

class Hook(FakeSmtp):
    answer = "200 OK\r\nContent-Length: 2\r\n\r\nok"

    def talk(self, line):
        while True:
            length = 0
            while (header := line.hear()) != "":
                if header.lower().startswith("content-length:"):
                    length = int(header.split(":")[1])
            while len(line.buf) < length:
                line.buf += line.sock.recv(65536)
            self.mails.append(line.buf[:length].decode())
            line.buf = line.buf[length:]
            if self.answer == "close":
                raise EOFError
            line.say(b"HTTP/1.1 " + self.answer.encode())


@pytest.mark.parametrize("answer, rc", [
    ("200 OK\r\nContent-Length: 2\r\n\r\nok", "ok"), ("204 No\r\n\r\n", "ok"),
    ("302 Go\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n", "fail"),
    ("400 Bad\r\nContent-Length: 0\r\n\r\n", "fail"), ("404 No\r\nContent-Length: 0\r\n\r\n", "fail"),
    ("429 Slow\r\nContent-Length: 0\r\n\r\n", "retry"), ("503 Busy\r\nContent-Length: 0\r\n\r\n", "retry"), ("close", "unsure"),
])
def test_G17_webhook_answers(netprobe, answer, rc):
    with Hook() as f:
        f.answer = answer
        p = netprobe("hook", url=f"http://127.0.0.1:{f.port}/hook/secret", http=1, json='{"text":"case \u00fc"}')
        assert p.rc == rc and f.mails == ['{"text":"case \u00fc"}'] and "secret" not in p.error


def test_G17_webhook_only_https(mailhost, netprobe):
    with Hook() as f:
        assert netprobe("hook", url=f"http://127.0.0.1:{f.port}/").rc == "bad"
        assert netprobe("hook", url="http://192.0.2.1/", http=1).rc == "bad"
        assert netprobe("hook", url="ftp://127.0.0.1/", http=1).rc == "bad"
        assert netprobe("hook", url="file:///etc/passwd", http=1).rc == "bad"
        assert not f.mails
    for cert, rc in (("good", "ok"), ("wrong", "fail"), ("untrusted", "fail")):
        with Hook(mailhost.pki.cert(cert)) as f:
            f.tls = True
            assert netprobe("hook", url=f"https://localhost:{f.port}/", ca=mailhost.ca).rc == rc


def test_mailhost_users_and_domains(mailhost):
    """The bench itself: many users, plus addressing, any domain under example."""
    mailhost.smtp_send("a@x.example", ["bea+er-7@one.example", "cyd@two.example"], mail(1), tls=True)
    assert len(mailhost.wait_delivered("bea", 1)) == len(mailhost.wait_delivered("cyd", 1)) == 1
    wait_for("Delivered-To", lambda: b"bea" in mailhost.messages("bea")[0]["raw"])
