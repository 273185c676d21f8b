"""The command line: what it prints is stable, what it refuses it explains, and it knows the same verbs as the mails."""
import fcntl
import json
import re
import shutil
import sqlite3

import pytest

from desk import FOR_EMPLOYEES, SECRET, TOP

CORPUS = sorted((TOP / "tests/corpus").glob("*.eml"))
FIELDS = {"from", "to", "cc", "subject", "date", "message_id", "in_reply_to", "references", "text", "reply_text", "attachments", "class",
          "bounce", "token", "auth", "commands"}


def case(desk, text="Hello, what is the last line of my payslip?\n", subject="A question"):
    desk.mail_from("alice.martin", subject, text)
    desk.once("2026-11-02 10:00")
    return max(c["no"] for c in desk.cli("case", "list"))


# --- mail parse ---

def parsed(desk, path):
    r = desk.run("mail", "parse", path, "--json")
    assert r.returncode == 0, (path, r.stderr)
    return json.loads(r.stdout)


def test_parse_has_these_fields_for_any_file(desk):
    """M7 M8 M11: `mail parse` knows every file, from the odd mails to noise, and always prints the same fields, as UTF-8."""
    noise = desk.dir / "noise.eml"
    for i, data in enumerate((b"", b"\0" * 1000, bytes(range(256)) * 50, b"no header at all", b"\n\n\n", b"A" * 200_000)):
        noise.with_name(f"noise{i}").write_bytes(data)
    for path in [*CORPUS, *desk.dir.glob("noise*")]:
        mail = parsed(desk, path)
        assert set(mail) == FIELDS, path
        assert set(mail["from"]) == {"name", "address"} and mail["class"] in ("human", "auto", "bounce", "list", "own")
        assert all(set(a) == {"filename", "type", "size", "sha256"} for a in mail["attachments"])
        assert all(set(b) == {"recipient", "status", "action"} for b in mail["bounce"])
        assert all(set(a) == {"name", "address"} for a in mail["to"] + mail["cc"])
        assert isinstance(mail["text"], str) and isinstance(mail["reply_text"], str)
    assert desk.run("mail", "parse", desk.dir / "not-there").returncode == 4
    assert desk.run("mail", "parse", CORPUS[0], config="/nowhere.yaml").returncode == 0


def test_parse_separates_what_is_new(desk):
    """M8 M4: the new text of an answer, its commands and its token; the whole text is there as well."""
    ack = [case(desk), desk.last("alice.martin")][1]
    path = desk.dir / "answer.eml"
    path.write_bytes(desk.reply(ack, "#note hello\nThank you.\n\n-- \nAlice", send=False).raw)
    mail = parsed(desk, path)
    assert mail["commands"] == ["#note hello"] and mail["token"] == "[ER-000001]" and mail["from"]["address"] == desk["alice.martin"]
    assert "Thank you." in mail["reply_text"] and "We have your message" not in mail["reply_text"]
    assert "We have your message" in mail["text"]
    assert mail["in_reply_to"] == [ack.id] and ack.id in mail["references"]


# --- settings ---

def test_all_mistakes_at_once(desk):
    """M11 L24: mistakes in the settings come all together, each with file, line and key; nothing starts with them."""
    desk.edit(("poll_every_minutes: 30", "poll_every_minuts: 30"), ("weekly_word: 7 days ", "weekly_word: soon "),
              ("supervisor: ruth.halloran", "supervisor: nobody.here"), ("zone: America/Los_Angeles", "zone: America/Nowhere"))
    desk.edit(("contact: grace.kim", "contact: grace.kimm"), name="people.yaml")
    desk.edit(("category: leave", "category: leaf"), name="rules.yaml")
    r = desk.run("check", "--json")
    assert r.returncode == 1
    found = {(p["file"].split("/")[-1], p["key"].split(".")[-1]) for p in json.loads(r.stdout)}
    assert found >= {("caseward.yaml", "poll_every_minuts"), ("caseward.yaml", "weekly_word"), ("caseward.yaml", "supervisor"),
                     ("caseward.yaml", "zone"), ("people.yaml", "contact"), ("rules.yaml", "category")}
    for p in json.loads(r.stdout):
        lines = open(p["file"]).read().splitlines()
        assert 1 <= p["line"] <= len(lines) and p["text"], p
    r = desk.run("once")
    assert r.returncode == 4 and len(re.findall(r"^/\S+\.yaml:\d+: ", r.stderr, re.M)) >= 6


@pytest.mark.parametrize("name, change, word", [
    ("ack.md", ("case number", "{{secret_field}}"), "secret_field"),
    ("ack.md", ("case number", "{{owner}}"), "owner"),
    ("ack.md", ("case number", "{{#notes}}{{text}}{{/notes}}"), "notes"),
    ("weekly-update.md", ("## What happened", "{{missing}}"), "missing"),
    ("weekly-update.md", ("{{/story}}", ""), "story"),
    ("reminder.md", ("preheader:", "prehaeder:"), "prehaeder")])
def test_templates_are_linted(desk, name, change, word):
    """M11 G13: a field that this reader may not see does not exist for the template: an error with file and line."""
    shutil.copytree(TOP / "templates", desk.dir / "templates")
    desk.edit((f"templates: {TOP}/templates", f"templates: {desk.dir}/templates"))
    assert desk.run("template", "lint").returncode == 0
    path = desk.dir / "templates/en" / name
    text = path.read_text()
    assert change[0] in text
    path.write_text(text.replace(change[0], change[1], 1))
    r = desk.run("template", "lint")
    assert r.returncode in (1, 4) and re.search(rf"{name}:\d+: .*{word}", r.stderr + r.stdout), r.stderr


@pytest.mark.parametrize("language", ["en", "es"])
def test_templates_render(desk, language):
    """M11 M10 G13: every template is shown with a sample, as text and as HTML; those for employees name nobody of the staff."""
    names = desk.cli("template", "list")
    assert {t["name"] for t in names if t["audience"] == "employee"} == set(FOR_EMPLOYEES)
    for t in names:
        out = json.loads(desk.run("template", "render", t["name"], "--sample", "--json", "--lang", language).stdout)
        assert out["subject"] and out["text"] and "<html" in out["html"] and out["purpose"] in ("ack", "followup", "digest", "agent")
        assert f'lang="{language}"' in out["html"]
        assert "{{" not in out["text"] + out["html"] and "<script" not in out["html"]
        assert desk.run("template", "render", t["name"], "--html", "--lang", language).stdout.rstrip("\n") == out["html"].rstrip("\n")
        if t["audience"] == "employee":
            seen = out["subject"] + out["text"] + out["html"]
            assert not [n for who, n in desk.staff.items() if n in seen or desk[who] in seen], t


# --- every mail that an employee can get (G13) ---

def test_nothing_internal_in_any_letter(desk):
    """G13 G20 G22: a case with notes, internal mails, a person's details and a refusal, through every letter that an employee gets:
    acknowledgement, weekly word, wait, message, resolution, closing."""
    no = case(desk)
    owner = desk.case(no)["owner"]
    desk.say(no, "note", SECRET, by=owner)
    desk.say(no, "assign", "benefits", by="lee.okafor")
    desk.once("2026-11-02 11:00")
    desk.reply(desk.last("ben.castillo"), SECRET + " of the department, call +1 212 555 0211")
    desk.mail_from(owner, "[ER-000001]", SECRET + " of the owner\n")
    desk.say(no, "escalate", SECRET, by=owner)
    for day in (3, 5, 9, 10, 12):
        desk.once(f"2026-11-{day:02} 10:00")
    desk.say(no, "wait", "employee", "3", "days", by=owner)
    desk.once("2026-11-16 10:00")
    desk.once("2026-11-20 10:00")
    desk.say(no, "resolve", "You were right.", by=owner)
    for day in ("11-23", "11-25", "11-30", "12-01"):
        desk.once(f"2026-{day} 15:00")
    got = desk.inbox("alice.martin")
    assert {r["template"] for r in desk.outbox(to=desk["alice.martin"])} >= {
        "ack", "weekly-update", "waiting-employee", "resolution", "closing"}
    assert len(got) >= 5 and any(SECRET in m.text for m in desk.sent())  # it does stand in internal mails
    desk.check_privacy()
    for m in got:
        assert "212 555 02" not in m.text + m.html and "Benefits" not in m["Subject"]


# --- commands ---

def test_help_and_usage(desk):
    """M9 H12: every command has a help; what is wrong is said, with the exit code 2."""
    top = desk.run("--help")
    names = re.findall(r"^  ([a-z]+) ", top.stdout, re.M)
    assert top.returncode == 0 and {"once", "case", "plan", "simulate", "outbox", "quarantine", "audit", "explain"} <= set(names)
    for name in names:
        r = desk.run(name, "--help")
        assert r.returncode == 0 and f"caseward {name}" in r.stdout, name
    for args in (("nonsense",), ("case",), ("case", "show"), ("case", "show", "x"), ("case", "frobnicate", "1"), ("mail", "parse"),
                 ("plan",), ("digest",), ("explain",), ("ingest",), ("directory", "import"), ("absence", "nobody.here", "friday"),
                 ("absence", "lee.okafor", "someday"), ("outbox", "show", "x"), ("quarantine", "show")):
        r = desk.run(*args)
        assert r.returncode == 2 and r.stderr, args
    verbs = desk.run("case", "help").stdout
    assert all(re.search(rf"^ *{v}\b", verbs, re.M) for v in ("own", "assign", "note", "priority", "resolve", "close", "reopen", "escalate"))


def test_exit_codes(desk):
    """M3: 1 found something, 2 usage, 3 try again, 4 it will not work."""
    assert desk.run("case", "show", "77", "--json").returncode == 4
    assert desk.run("case", "note", "77", "hello").returncode == 4
    assert desk.run("explain", "99").returncode == 1
    with open(f"{desk.config.parent}/var/caseward.db.lock", "w") as f:
        fcntl.flock(f, fcntl.LOCK_EX)
        r = desk.run("once", "--now", desk.now)
        assert r.returncode == 3, r.stderr
    shutil.move(desk.config.parent / "var/caseward.db", desk.dir / "away.db")
    r = desk.run("case", "list")
    assert r.returncode == 4 and "caseward init" in r.stderr
    (desk.config.parent / "var/caseward.db").write_bytes(b"this is no database" * 100)
    assert desk.run("case", "list").returncode == 4
    assert desk.run("doctor").returncode == 1


def test_listings(desk):
    """G1 G15 G18: every listing prints a table for people and JSON for programs."""
    no = case(desk)
    for day in (3, 4, 5):
        desk.once(f"2026-11-0{day} 10:00")
    listings = [("case", "list"), ("case", "list", "--open"), ("case", "list", "--owner", "maya.brooks"), ("case", "show", no),
                ("plan", no), ("simulate", "--until", "2026-12-01"), ("outbox",), ("outbox", "--state", "sent"), ("quarantine",),
                ("agenda",), ("agenda", "--case", no), ("people",), ("directory", "find", "martin"), ("absence",), ("report",),
                ("audit",), ("audit", "verify"), ("status",)]
    for args in listings:
        assert isinstance(desk.cli(*args), (list, dict)), args
        plain = desk.run(*args, "--now", desk.now)
        assert plain.returncode == 0 and plain.stdout.strip() and not plain.stdout.startswith(("[", "{")), args
    assert desk.cli("directory", "find", "100101")[0]["name"] == "Alice Martin"
    kinds = {a["kind"] for a in desk.cli("agenda", "--case", no)}
    assert {"step", "due", "due-warning", "weekly", "review"} <= kinds
    assert "Payroll" in str(desk.cli("report")) or "payroll" in str(desk.cli("report"))


def test_explain(desk):
    """M4 G7: why a mail went where it went, step by step, by number, Message-ID or file."""
    asked = desk.mail_from("alice.martin", "My paycheck is missing", "Hello.\n")
    desk.once("2026-11-02 10:00")
    path = desk.dir / "asked.eml"
    path.write_bytes(asked.raw)
    for what in ("1", asked.id, f"<{asked.id}>", path):
        told = desk.cli("explain", what)
        assert told["case"] == 1 and told["outcome"] == "opened" and told["class"] == "human"
        assert "directory: the sender (100101)" in told["explain"] and "missing pay" in told["explain"]
    ack = desk.last("alice.martin")
    answer = desk.reply(ack, "Thanks.")
    desk.once("2026-11-02 11:00")
    assert "keyed reply address names ER-000001, the sender belongs" in desk.cli("explain", answer.id)["explain"]


def test_verbs_by_mail_and_by_command(make_desk):
    """M9 H4 H12: the same verbs do the same by mail and on the command line, and are refused for the same reasons."""
    lines = ["#note called", "#priority high", "#field division North", "#wait employee 2 days", "#close", "#assign benefits", "#frobnicate",
             "#reviewed", "#prune", "#resolve", "#resolve all is well", "#own", "#close", "#reopen again", "#escalate now"]
    states = []
    for by_mail in (True, False):
        desk = make_desk()
        no = case(desk)
        desk.reply(desk.last("alice.martin"), "One more thing.")
        desk.once("2026-11-02 11:00")
        owner = desk.case(no)["owner"]
        told = desk.last(owner)
        for i, line in enumerate(lines):
            now = f"2026-11-02 12:{i:02}"
            if by_mail:
                desk.reply(told, line)
                desk.once(now)
            else:
                desk.once(now)
                desk.say(no, *line[1:].split(" ", 1)[:1], *line.split(" ", 1)[1:], by=owner, ok=(0, 2, 4))
                desk.once(now)
        c = desk.case(no)
        states.append({k: c[k] for k in ("state", "priority", "division", "department", "owner", "step", "due_at", "step_due_at")} |
                      {"notes": [n["text"] for n in c["notes"] if "called" in n["text"]],
                       "moves": [h["text"] for h in c["history"] if h["kind"] == "state"],
                       "to employee": [m.first_line for m in desk.inbox("alice.martin")]})
    assert states[0] == states[1]
    assert states[0]["state"] == "waiting-department" and states[0]["department"] == "benefits" and states[0]["step"] == 1


def test_closing_needs_its_fields(desk):
    """H4 H12: what is missing for closing is named, and the case stays open; a closed one takes only what is legal."""
    no = case(desk)
    r = desk.run("case", "close", no, "--now", desk.now, "--as", "lee.okafor")
    assert r.returncode == 4 and "closing needs" in r.stderr and "outcome" in r.stderr and "resolution date" in r.stderr
    desk.say(no, "resolve", "explained", by="lee.okafor")
    for verb in (("resolve", "again"), ("priority", "high"), ("wait",), ("escalate",)):
        assert desk.run("case", verb[0], no, *verb[1:], "--now", desk.now).returncode == 4, verb
    desk.say(no, "close", by="lee.okafor")
    assert desk.case(no)["state"] == "closed" and desk.cli("audit") == []
    assert desk.run("case", "close", no, "--now", desk.now).returncode == 4


def test_absence_of_an_agent(desk):
    """G21 H10: who is away gets no new cases, and what their case asks of them goes to a colleague of the region."""
    no = case(desk)
    owner = desk.case(no)["owner"]
    desk.cli("absence", owner, "2026-11-30")
    assert all(desk.case(case(desk, subject=f"More {i}"))["owner"] != owner for i in range(4))
    for day in (3, 5):
        desk.once(f"2026-11-0{day} 10:00")
    call = next(r for r in desk.outbox(case=no, template="call-task"))
    assert call["to"] != desk[owner] and desk.cli("people")
    standing = {p["id"]: p["standing"] for p in desk.cli("people")}
    assert standing[owner].startswith("away until")
    desk.cli("absence", owner, "back")
    assert desk.cli("absence") == []


def test_clock_is_not_for_everybody(make_desk):
    """M3: --now is refused where the database was not made for it; so is a time that is none."""
    desk = make_desk(manual=False)
    r = desk.run("once", "--now", "2026-11-02T10:00:00Z")
    assert r.returncode == 4 and "--manual-clock" in r.stderr
    desk = make_desk()
    assert desk.run("once", "--now", "tomorrow").returncode == 4
    r = desk.run("run")
    assert r.returncode == 4 and "manual clock" in r.stderr


def test_record_cannot_be_changed_unseen(desk):
    """H6 G11: the chain of events is sound; a changed word in it is found; a backup is a whole desk."""
    no = case(desk)
    desk.once("2026-11-03 10:00")
    assert desk.cli("audit", "verify")["sound"]
    copy = desk.dir / "copy.db"
    desk.cli("backup", copy)
    assert desk.run("backup", copy).returncode == 4
    db = sqlite3.connect(desk.config.parent / "var/caseward.db")
    assert db.execute("UPDATE event SET text = 'nothing happened' WHERE case_no = ? AND kind = 'opened'", (no,)).rowcount == 1
    db.commit()
    db.close()
    r = desk.run("audit", "verify")
    assert r.returncode == 1 and f"{no:06}" in r.stdout
    shutil.copy(copy, desk.config.parent / "var/caseward.db")
    assert desk.cli("audit", "verify")["sound"] and desk.case(no)["employee_id"] == "100101"
