"""The zoo (zoo.py): every damaged, odd or hostile mail goes through the real program, and what becomes of each is written down."""
import json
import os
import re

import pytest

from test_hostile import OURS, Page
from zoo import Zoo

SETUP = 1  # mails before the zoo: alice's, whose case is ER-000001


@pytest.fixture(scope="module")
def zoo(tmp_path_factory):
    """The desk after one pass over the whole zoo: .specimens, .desk, .count, .spool (name -> number), .seen (name -> as parsed)."""
    from desk import Desk
    desk = Desk(tmp_path_factory.mktemp("zoo"))
    desk.mail_from("alice.martin", "My payslip", "Hello.\n")
    desk.once("2026-11-02 10:00")
    ack = desk.last("alice.martin")
    z = Zoo(desk.address, desk["alice.martin"], (ack["Reply-To"], ack["Message-ID"].strip("<>")))
    z.desk = desk
    for s in z.specimens:
        desk.put(s.raw)
    z.count = desk.once("2026-11-02 11:00")
    taken = [s for s in z.specimens if s.want["outcome"] != "known"]
    z.spool = {s.name: i + SETUP + 1 for i, s in enumerate(taken)}
    z.outbox = desk.cli("outbox", "list")
    return z


def letters_of(z, no):
    """Our letters on a case, or those to the desk where it is none."""
    return [m for m in z.desk.sent() if (m.id.startswith(f"c{no}.") if no else m.id.startswith("c0."))]


def parse(zoo):
    """What `mail parse` says of each specimen."""
    paths = []
    for s in zoo.specimens:
        paths.append(zoo.desk.dir / f"{s.name}.eml")
        paths[-1].write_bytes(s.raw)
    out, at, found = zoo.desk.run("mail", "parse", "--json", *paths).stdout, 0, {}
    for s in zoo.specimens:
        found[s.name], at = json.JSONDecoder().raw_decode(out, at)
        at += 1
    return found


def test_all_are_accounted_for(zoo):
    """M3 M7 L1 L8 L21: of each mail that came in it is known what became of it, its bytes are kept, and no mail stopped another."""
    n = zoo.count
    assert n["taken"] == len(zoo.spool), (n, len(zoo.spool))
    assert n["taken"] == n["opened"] + n["appended"] + n["filed"] + n["unverified"] + n["duplicate"]
    assert n["quarantined"] == 0 and n["failed"] == 0 and n["findings"] == 0
    for s in zoo.specimens:
        if s.name in zoo.spool:
            kept = zoo.desk.run_raw("quarantine", "show", zoo.spool[s.name])
            assert zoo.desk.sha256(kept) == zoo.desk.sha256(s.raw), s.name


def test_each_becomes_what_is_written(zoo):
    """M4 M5 M7 M8 L10 L11 L14 L16 L21 L23: class, case, subject, words, files, commands and acknowledgement of every specimen."""
    acked = {r["to"] for r in zoo.outbox if r["template"] == "ack"}
    wrong, parsed = [], parse(zoo)
    for s in zoo.specimens:
        if s.name not in zoo.spool:
            continue
        m, x = parsed[s.name], zoo.desk.cli("explain", zoo.spool[s.name])
        got = {"outcome": x["outcome"], "sort": m["class"], "shown": m["subject"], "files": [a["filename"] for a in m["attachments"]],
               "commands": m["commands"], "acked": f"{s.name}@zoo.example" in acked}
        wrong += [(s.name, k, got[k], s.want[k]) for k in got if s.want[k] is not ... and s.want[k] != got[k]]
        if s.want["text"] is not ... and (s.want["text"] not in m["reply_text"] or (s.want["text"] == "" and m["reply_text"].strip())):
            wrong.append((s.name, "text", m["reply_text"][:200]))
        wrong += [(s.name, "has", w) for w in s.want["lacks"] if w in m["reply_text"]]
        if s.want["case"] is not ... and x["case"] != (s.want["case"] or x["case"]):
            wrong.append((s.name, "case", x["case"]))
        letters = " ".join(" ".join(letter.text.replace("\n> ", "\n").split()) + " " + letter.subject for letter in letters_of(zoo, x["case"]))
        wrong += [(s.name, "not told", w) for w in s.want["told"] if w not in letters]
        if any("kept as it came" in w or "not all of this mail" in w for w in s.want["told"]):
            tasks = {t["kind"]: t["owner"] for t in zoo.desk.case(x["case"])["tasks"]}
            wrong += [] if "read-original" in tasks else [(s.name, "no task", tasks)]
        wrong += [(s.name, "told", w) for w in s.want["untold"] if w in letters]
    assert not wrong, "\n".join(map(str, wrong))


def test_what_leaves_is_clean(zoo):
    """M5 M10 M11 OF-2 OF-5 OF-11: no header, address, control character, markup or link of a specimen gets out in a letter."""
    asked = {zoo.desk[p] for p in (*zoo.desk.staff, "alice.martin")}
    for m in zoo.desk.sent():
        assert set(m.msg.keys()) <= OURS and m.raw.isascii() and b"\0" not in m.raw
        assert max(map(len, m.raw.split(b"\r\n"))) <= 998 and b"\n" not in m.raw.replace(b"\r\n", b"") and b"\r" not in m.raw.replace(b"\r\n", b"")
        assert m.to in asked or re.fullmatch(r"[\w.-]+@zoo\.example", m.to), m.to
        assert len(m["To"]) < 300 and len(m.subject) < 300, (m.to, len(m["To"]))
        assert "victim" not in m.to and "elsewhere" not in m["Reply-To"]
        seen = m.text + m.html + m["Subject"] + m["To"]
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", seen), m
        page = Page()
        page.feed(m.html)
        assert not page.tags & {"script", "img", "iframe", "form", "object", "svg", "link", "b"}, (m, page.tags)
        assert all(link.startswith("mailto:er%2B") for link in page.links), (m, page.links)
        assert len(m.html) < 100_000


def test_nobody_is_let_in(zoo):
    """M4 M9 L10 L11 L12: after all of it the one true case is as it was: open, with its owner, with only alice's mails on it."""
    case = zoo.desk.case(1)
    assert case["state"] not in ("closed", "resolved") and case["notes"] == [] and case["department"] == "payroll"
    for s in zoo.specimens:
        if s.want["outcome"] == "unverified":
            assert not any(r["to"] == f"{s.name}@zoo.example" for r in zoo.outbox), s.name
    zoo.desk.check_privacy()


def test_the_days_after(zoo):
    """M7 G6 H10: every case that a specimen opened goes its way like any other; audit finds nothing."""
    for day in (3, 5):
        zoo.desk.once(f"2026-11-0{day} 10:00")
    zoo.desk.cli("audit")
    zoo.desk.cli("audit", "verify")
    test_what_leaves_is_clean(zoo)


def test_larger_than_any(desk):
    """L19 IM-15 M7: a mail beyond all bounds opens a case by its header, is told to a person, and the mail behind it is handled."""
    head = f"From: whale@zoo.example\r\nTo: {desk.address}\r\nSubject: The whale mail\r\nMessage-ID: <whale@zoo.example>\r\n\r\n"
    desk.put(head.encode())
    whale, = (desk.config.parent / "var/mail/inbox/new").iterdir()
    os.truncate(whale, 151 << 20)
    desk.mail_from("alice.martin", "My payslip", "Hello.\n")
    n = desk.once("2026-11-02 10:00")
    assert n["taken"] == n["opened"] == 2 and n["quarantined"] == 1
    case = desk.case(1)
    assert case["brief"] == "The whale mail" and "read-original" in {t["kind"] for t in case["tasks"]}
    assert desk.run_raw("quarantine", "show", 1) == head.encode()
    told, = desk.outbox(template="quarantine")
    assert "Mail 1 of mailbox" in desk.last(told["to"]).words
    assert whale.exists() or any((desk.config.parent / "var/mail/inbox/cur").iterdir())
