"""What people send by accident or on purpose: nothing of it becomes a header, a link, a template, a command or a burden."""
import html.parser

import pytest

OURS = {"Return-Path", "Delivered-To", "Received", "Date", "From", "To", "Reply-To", "Subject", "Message-ID", "In-Reply-To", "References",
        "Thread-Topic", "Thread-Index", "Auto-Submitted", "X-Auto-Response-Suppress", "X-Caseward-Loop", "X-Caseward-Id", "MIME-Version",
        "Content-Type", "Content-Transfer-Encoding"}
EVIL = "=?utf-8?Q?Alice=0D=0ABcc=3A_evil=40test=2Eexample=0D=0A=0D=0Abody?="


def raw(desk, who="alice.martin", subject="My payslip", body="Hello.\r\n", sender=None, extra="", kind="text/plain"):
    return (f"From: {sender or who} <{desk[who]}>\r\nTo: {desk.address}\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
            f"Content-Type: {kind}; charset=utf-8\r\n{extra}\r\n{body}").encode()


def test_headers_cannot_be_injected(hosted):
    """M10 M7 OF-5: line breaks hidden in names, subjects and ids of a mail never become headers or recipients of ours."""
    desk = hosted()
    desk.put(raw(desk, sender=EVIL, subject=EVIL, extra="Message-ID: <a b>\r\n"))
    desk.put(raw(desk, subject="My pension", extra="Message-ID: <" + "x" * 2000 + "@mua.example>\r\nReferences: " + "<r@x.example> " * 400 + "\r\n"))
    desk.put(raw(desk, subject="Dental", extra="Message-ID: <q\r\n\t\r\n Bcc: evil@test.example@x>\r\n"))
    desk.once("2026-11-02 10:00")
    for day in (3, 5, 9):
        desk.once(f"2026-11-0{day} 10:00")
    mails = [m for who in ("alice.martin", "grace.kim", "ben.castillo", desk.case()["owner"], "lee.okafor") for m in desk.inbox(who)]
    assert len(mails) > 8 and desk.host.count("evil") == 0
    for m in mails:
        assert set(m.msg.keys()) <= OURS, set(m.msg.keys()) - OURS
        assert max(map(len, m.raw.split(b"\r\n"))) <= 998 and b"\n" not in m.raw.replace(b"\r\n", b"")
        assert "Bcc" not in m.msg.keys() and all(c >= " " or c == "\t" for c in m["Subject"] + m["To"])


class Page(html.parser.HTMLParser):
    """The tags, attributes and links of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.links = set(), set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value for name, value in attrs if name == "href"]


PAYLOAD = ("{{owner}} {{#notes}}x{{/notes}} <script>alert(1)</script> <img src=http://evil.example/x.png> "
           "[click](javascript:alert(1)) ![pixel](http://evil.example/p.png) <a href='https://evil.example'>log in</a> "
           "&lt;b&gt; **bold** ~~~ actions\n~~~ cases mine\n| a | b |\n# heading\n--- \n")


@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
def test_content_stays_text(desk, kind):
    """M10 M11 G13 L22 OF-11: what looks like a template, markup, a tracker or a link in a mail is words in ours."""
    desk.put(raw(desk, subject=PAYLOAD.splitlines()[0], body=PAYLOAD * 3, kind=kind, sender='"{{owner}} <b>"'))
    desk.once("2026-11-02 10:00")
    desk.reply(desk.last("alice.martin"), PAYLOAD, html=f"<p>{PAYLOAD}</p>")
    notice, = desk.outbox(template="notice")
    desk.reply(desk.last(notice["to"]), PAYLOAD)
    for day in (2, 3, 5, 9, 10, 12):
        desk.once(f"2026-11-{day:02} 12:00")
    owner = desk.staff[desk.case()["owner"]]
    for m in desk.sent():
        page = Page()
        page.feed(m.html)
        assert not page.tags & {"script", "img", "iframe", "form", "object", "svg", "link", "b"}, (m, page.tags)
        assert all(link.startswith("mailto:er%2B") for link in page.links), (m, page.links)
        assert not {"src", "onclick", "onload", "background"} & page.attributes
        if m.to == desk["alice.martin"]:
            assert owner not in m.text + m.html


def test_very_long_texts(desk):
    """M7 L22 OF-10: megabytes of words do not make megabytes of mail, nor minutes of work."""
    desk.mail_from("alice.martin", "My payslip " + "very " * 20_000, "word " * 400_000 + "\n")
    desk.put(raw(desk, "noah.kim", "My pension", "<div>" * 50_000 + "deep " + "<b x=1 y=2>" * 50_000 + "words" * 100_000, kind="text/html"))
    n = desk.once("2026-11-02 10:00", ok=(0, 1))
    assert n["opened"] == 2
    desk.reply(desk.last("alice.martin"), "more " * 400_000)
    desk.once("2026-11-02 11:00", ok=(0, 1))
    desk.once("2026-11-03 10:00", ok=(0, 1))
    assert max(len(m.html) for m in desk.sent()) < 100_000
    assert all(len(c["subject"]) < 1000 and len(c["brief"]) < 300 for c in desk.cli("case", "list"))


OUTLOOK = """<html><body><p class=MsoNormal>It has been paid with today's run.<o:p></o:p></p><p class=MsoNormal>#resolve paid</p>
<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'><p class=MsoNormal><b>From:</b> Employee Relations<br>
<b>Sent:</b> Monday, November 2, 2026<br><b>To:</b> Grace Kim<br><b>Subject:</b> [ER-000001] Payroll question</p></div>
<p>-- Please reply above this line --</p><p>Old words: not paid, #note old</p></body></html>"""
GMAIL = """<div dir="ltr">It has been paid with today&#39;s run.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">
On Mon, Nov 2, 2026 at 10:00 AM Employee Relations wrote:<br></div><blockquote class="gmail_quote">Old words: #note old</blockquote></div>"""


@pytest.mark.parametrize("page", [OUTLOOK, GMAIL], ids=["Outlook", "Gmail"])
def test_answers_in_html_alone(desk, page):
    """M8 G14: an answer of Outlook or Gmail without a text part: only what is new counts, and is shown."""
    desk.mail_from("alice.martin", "My payslip", "Hello.\n")
    desk.once("2026-11-02 10:00")
    notice = desk.last("grace.kim")
    answer = raw(desk, "grace.kim", "Re: " + notice.subject, page, kind="text/html", extra=f"In-Reply-To: {notice['Message-ID']}\r\n")
    desk.put(answer.replace(f"To: {desk.address}".encode(), f"To: {notice['Reply-To']}".encode()))
    desk.once("2026-11-02 12:00")
    case = desk.case()
    assert case["resolution_proposed"] and case["state"] == "in-progress" and not case["notes"]
    told = desk.last(case["owner"])
    assert "It has been paid with today's run." in told.words and "Old words" not in told.text
    assert desk.original([m for m in case["messages"] if m["direction"] == "in"][-1]).endswith(page.encode())


def test_answer_by_somebody_else(desk):
    """M4 L13: an answer to the employee's key from another address is on the case, marked; the owner reads who really wrote, and
    answers go to the employee alone."""
    desk.mail_from("alice.martin", "My payslip", "Hello.\n")
    desk.once("2026-11-02 10:00")
    desk.reply(desk.last("alice.martin"), "I am her brother. Tell me more.", who="brother.private")
    desk.once("2026-11-02 11:00")
    case = desk.case()
    assert case["employee_email"] == desk["alice.martin"] and desk.inbox("brother.private") == []
    told = desk.last(case["owner"])
    assert "brother.private@test.example" in told.words, told.text
    assert any("not the addressee" in t["text"] for t in case["tasks"])
    desk.once("2026-11-09 10:00")
    desk.once("2026-11-16 10:00")
    assert desk.inbox("brother.private") == [] and len(desk.inbox("alice.martin")) >= 2
