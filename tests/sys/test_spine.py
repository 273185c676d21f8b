"""The spine, on real servers: mail in by IMAP, the ladder of DESIGN 3.1 by the clock, mail out by SMTP; people read their own
Dovecot mailboxes and answer through Postfix."""
import base64
import re

from desk import Mail

NO_HOLIDAYS = ("holidays: [holidays-us.ics]", "holidays: []")
CHAIN = ["ruth.halloran", "victor.osei", "elaine.marsh"]


def about_cases(desk, who):
    """(when, heading) of what a person got about the case; work lists and digests are another matter."""
    return [(m.when[5:], m.first_line) for m in desk.inbox(who) if "[ER-" in m.subject]


def ask(desk, subject="A question about my payslip", text="Hello, what is the last line of my payslip?\n"):
    return desk.mail_from("alice.martin", subject, text)


def conversation(mail):
    """What Outlook groups by: the GUID of Thread-Index."""
    index = base64.b64decode(mail["Thread-Index"])
    assert len(index) >= 22 and index[0] == 1
    return index[6:22]


def test_nobody_answers(hosted):
    """G6 G14 G16 G17 G18 G19 G20 H3 H10 H12 M1 M2: the table of DESIGN 3.1, read from everybody's mailbox; nothing comes
    early, nothing twice, and after each pass no date lies behind."""
    desk = hosted(edit=[NO_HOLIDAYS])
    ask(desk)
    for day in range(2, 31):
        for hour in ("09:59", "10:00"):
            if (day, hour) >= (2, "10:00"):
                assert desk.once(f"2026-11-{day:02} {hour}")["findings"] == 0
    assert desk.cli("audit") == []
    owner = desk.case()["owner"]
    assert owner in desk.staff
    assert about_cases(desk, "alice.martin") == [
        ("11-02 10:00", "We have your message"),
        *[(f"11-{d:02} 10:00", "We are still working on your case") for d in (9, 16, 23, 30)]]
    assert about_cases(desk, "grace.kim") == [
        ("11-02 10:00", "New case for Payroll: ER-000001"),
        ("11-03 10:00", "Please tell us how ER-000001 stands"),
        ("11-05 10:00", "Reminder: we still need your answer on ER-000001")]
    assert about_cases(desk, owner) == [
        ("11-05 10:00", "Please call Payroll about ER-000001"),
        ("11-13 10:00", "ER-000001 is due Mon 16 Nov, 10:00"),
        ("11-27 10:00", "ER-000001 is due Mon 30 Nov, 10:00")]
    assert about_cases(desk, "lee.okafor") == [
        ("11-09 10:00", "ER-000001 needs your decision"),
        ("11-10 10:00", "We need your help with ER-000001"),
        ("11-13 10:00", "ER-000001 is due Mon 16 Nov, 10:00"),
        ("11-27 10:00", "ER-000001 is due Mon 30 Nov, 10:00")]
    assert about_cases(desk, "nadia.petrova") == [("11-10 10:00", "We need your help with ER-000001")]
    up = "ER-000001 has come up to you"
    assert [about_cases(desk, who) for who in CHAIN] == [
        [("11-12 10:00", up)], [("11-16 10:00", up)],
        [(f"11-{d} 10:00", up) for d in (18, 20, 24, 26, 30)]]
    for stranger in ("omar.haddad", "peter.lang", "sofia.lindgren", "helen.cho"):
        assert about_cases(desk, stranger) == []
    assert [h["at"][:16] for h in desk.history(kind="breach")] == ["2026-11-16T15:00", "2026-11-30T15:00"]
    assert desk.case()["due_at"] == "2026-12-14T15:00:00Z"


def test_acknowledgement(hosted):
    """H3 H11 M8: within the minute the employee hears what happens next, by when, and how it is kept confidential, even on a
    Saturday night; nothing of what they wrote is quoted back."""
    desk = hosted()
    desk.now = "2026-11-07T23:30:00Z"
    asked = ask(desk, text="My coded words: walrus.\n")
    desk.once("2026-11-07 18:31")
    ack, = desk.inbox("alice.martin")
    assert ack.when == "2026-11-07 18:31"
    assert "Hello Alice Martin" in ack.text and "ER-000001" in ack.text
    assert "What happens next" in ack.text and re.search(r"You hear from us by Monday 16 November", ack.text)
    assert "How we protect what you tell us" in ack.text and "Only the people who work on your case get to read it" in ack.text
    assert ack["In-Reply-To"] == asked["Message-ID"]
    assert "walrus" not in ack.text + ack.html


def test_headers(hosted):
    """M10: text and HTML; headers that keep vacation programs silent but not bounces; each audience has a thread of its own
    with one subject, chained references and one Outlook conversation."""
    desk = hosted()
    asked = ask(desk)
    for day in (2, 3, 5, 9):
        desk.once(f"2026-11-{day:02} 10:00")
    ack, word = desk.inbox("alice.martin")
    notice, request, reminder = desk.inbox("grace.kim")
    assert (ack["Auto-Submitted"], ack["X-Auto-Response-Suppress"]) == ("auto-replied", "DR, RN, NRN, OOF, AutoReply")
    assert (word["Auto-Submitted"], word["X-Auto-Response-Suppress"]) == ("auto-generated", "DR, RN, NRN, OOF, AutoReply")
    for m in (notice, request, reminder):
        assert (m["Auto-Submitted"], m["X-Auto-Response-Suppress"]) == ("auto-generated", "DR, RN, NRN, AutoReply")
    assert {m.subject.removeprefix("Re: ") for m in (ack, word)} == {"[ER-000001] Your payroll question"}
    assert {m.subject.removeprefix("Re: ") for m in (notice, request, reminder)} == {"[ER-000001] Payroll question"}
    assert ack["References"].split() == [asked["Message-ID"]]
    assert word["References"].split() == [asked["Message-ID"], ack["Message-ID"]] and word["In-Reply-To"] == ack["Message-ID"]
    root = notice["References"].split()
    assert request["References"].split() == [*root, notice["Message-ID"]]
    assert reminder["References"].split() == [*root, notice["Message-ID"], request["Message-ID"]]
    assert conversation(ack) == conversation(word) != conversation(notice) == conversation(request) == conversation(reminder)
    for m in (ack, word, notice, request, reminder):
        assert [p.get_content_type() for p in m.msg.iter_parts()] == ["text/plain", "text/html"]
        assert "<script" not in m.html and "http://" not in m.html and 'name="viewport"' in m.html
        assert len(m.html) < 80_000 and max(map(len, m.raw.split(b"\r\n"))) <= 998
        assert m["X-Caseward-Loop"] and not m["List-Id"] and not m["Precedence"]
        assert "+" in m["Reply-To"] and m["From"] == f"Employee Relations <{desk.address}>"


def test_kept_as_it_was(hosted):
    """G10 G11: every mail in and out is on the case, byte for byte what Dovecot holds; parts are listed with their digest and
    stay new until somebody looked."""
    desk = hosted()
    data = bytes(range(256)) * 40
    asked = desk.mail_from("alice.martin", "payslip", "See the file: ümläut.\n", attachments=[("scan ü.pdf", data)])
    for day in (2, 3):
        desk.once(f"2026-11-{day:02} 10:00")
    stored, = desk.host.messages(f"{desk.prefix}er")
    assert stored["raw"].endswith(asked.raw)
    case = desk.case()
    came, *went = case["messages"]
    assert came["direction"] == "in" and desk.original(came) == stored["raw"]
    assert {m["to"] for m in went} == {desk["alice.martin"], desk["grace.kim"]} and len(went) == 3
    arrived = {m.id: m for who in ("alice.martin", "grace.kim") for m in desk.inbox(who)}
    for m in went:
        ours = desk.original(m)
        assert arrived[m["message_id"]].raw.endswith(ours) and Mail(ours).to == m["to"]
    scan, = case["attachments"]
    assert (scan["filename"], scan["size"], scan["reviewed"]) == ("scan ü.pdf", len(data), False)
    assert scan["sha256"] == desk.sha256(data) and case["has_unreviewed"]
    copy = desk.dir / "copy.pdf"
    desk.cli("case", "attachment", scan["id"], copy)
    assert copy.read_bytes() == data
    desk.say(1, "reviewed", by=case["owner"])
    case = desk.case()
    assert case["attachments"][0]["reviewed"] and not case["has_unreviewed"]
