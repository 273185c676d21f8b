"""What is read out of a mail when a case is opened, and how the case is kept complete, by the day."""
import http.server
import json
import threading

import pytest


def open_case(desk, text="Hello, what is the last line of my payslip?\n", who="alice.martin", subject="A question", at="2026-11-02 10:00",
              **more):
    """Number of the new case."""
    desk.now = at
    desk.mail_from(who, subject, text, **more)
    assert desk.once(at)["opened"] == 1
    return max(c["no"] for c in desk.cli("case", "list"))


def test_fields(desk):
    """G1 G2 G3 G5 G7 G8 G9 G12 H10: a case has its fields from the directory and the rules; priority low, due in ten business
    days, composed subject, a named owner from the employee's region, notified."""
    no = open_case(desk, subject="Re: my payslip")
    c = desk.case(no)
    want = dict(token="[ER-000001]", priority="low", category="payroll", department="payroll", employee_name="Alice Martin",
                employee_email="alice.martin@test.example", employee_id="100101", client="Northwind Traders", client_id="NWT-01",
                division="Retail East", reported_by="Employee Relations", stoppage_reason="", state="assigned",
                opened_at="2026-11-02T15:00:00Z", due_at="2026-11-16T15:00:00Z", missing=[],
                subject="my payslip - Alice Martin 100101 - Northwind Traders NWT-01 - Retail East",
                subscribers=["CRM/HR", "Employee Relations", "Payroll"])
    assert {k: c[k] for k in want} == want
    assert c["owner"] in ("maya.brooks", "tomas.rivera", "priya.shah") and c["notify_user"] == c["owner"]
    assert desk.case(open_case(desk, who="chloe.bennett"))["owner"] in ("dana.whitfield", "kenji.mori")


def test_owners_take_turns(desk):
    """H10 W12: every case has a named owner; nobody owns a case of their own."""
    owners = [desk.case(open_case(desk, subject=f"Question {i}", who="alice.martin"))["owner"] for i in range(6)]
    assert set(owners) == {"maya.brooks", "tomas.rivera", "priya.shah"}
    assert desk.case(open_case(desk, who="maya.brooks", subject="my own pay"))["owner"] != "maya.brooks"
    assert desk.cli("status", ok=(0, 1))["without_owner"] == 0


@pytest.mark.parametrize("text", ["This is about employee 100106, please help him.", "Regarding Samuel Greene: he asks about his time off."])
def test_employee_named_in_the_mail(desk, text):
    """G7: an employee is found by number or name when somebody writes from an address that the directory does not know; the answer
    goes to who wrote, and the owner checks who that is."""
    c = desk.case(open_case(desk, text + "\n", who="someone.private"))
    assert (c["employee_id"], c["client_id"], c["division"]) == ("100106", "NWT-01", "Warehouse East")
    assert desk.inbox("samuel.greene") == []  # he did not write, and may be whom it is against
    assert desk.last("someone.private").first_line == "We have your message"
    check, = c["tasks"]
    assert check["kind"] == "check-sender" and "does not know this address" in check["text"]


def test_what_is_missing(desk):
    """G1 G15: the fields that nobody could fill are named on the case and in the owner's work list, until they are filled."""
    no = open_case(desk, "What is the dress code?\n", who="someone.private", subject="Dress code")
    c = desk.case(no)
    assert c["missing"] == ["employee_id", "client", "division"] and c["employee_email"] == "someone.private@test.example"
    desk.once("2026-11-03 09:00")
    todo = desk.last(c["owner"])
    assert "Missing: employee id, client, division" in todo.words
    for name, value in (("Employee ID:", "100103"), ("client", "Northwind Traders"), ("division=", "Retail East")):
        desk.say(no, "field", name, value, by=c["owner"])
    assert desk.case(no)["missing"] == []
    assert desk.case(no)["subject"].endswith("100103 - Northwind Traders - Retail East")
    desk.once("2026-11-04 09:00")
    assert "Missing" not in desk.last(c["owner"]).text


def test_priority_and_due_date(desk):
    """G3 G5: each priority has its time from the opening, in business days; a change never sets a date that is past."""
    no = open_case(desk)
    for priority, due in (("normal", "2026-11-09"), ("high", "2026-11-04"), ("urgent", "2026-11-03"), ("low", "2026-11-16")):
        desk.say(no, "priority", priority, by="lee.okafor")
        assert desk.case(no)["due_at"] == due + "T15:00:00Z", priority
        assert [a["due_at"] for a in desk.cli("agenda", "--case", no) if a["kind"] == "due"] == [due + "T15:00:00Z"]
    desk.once("2026-11-12 10:00")
    desk.say(no, "priority", "urgent", by="lee.okafor")
    assert desk.case(no)["due_at"] == "2026-11-13T15:00:00Z"


def test_already_escalated(desk):
    """G3 H3: who writes that it is the third time starts at High, with two days."""
    no = open_case(desk, "This is my third request about my payslip, still no answer.\n")
    assert (desk.case(no)["priority"], desk.case(no)["due_at"]) == ("high", "2026-11-04T15:00:00Z")


def test_work_stoppage(desk):
    """G4: only with a payroll category and a reason; then it is urgent."""
    other = open_case(desk, "What is the dress code?\n", subject="dress code")
    refused = desk.run("case", "stoppage", other, "no bank file", "--as", "lee.okafor", "--now", desk.now)
    assert refused.returncode == 4 and "payroll that cannot be processed" in refused.stderr
    no = open_case(desk, subject="payroll run")
    refused = desk.run("case", "stoppage", no, "--as", "lee.okafor", "--now", desk.now)
    assert refused.returncode == 4 and "needs <reason>" in refused.stderr
    assert desk.case(no)["stoppage_reason"] == ""
    desk.say(no, "stoppage", "no", "bank", "file", by="lee.okafor")
    c = desk.case(no)
    assert (c["stoppage_reason"], c["priority"], c["due_at"]) == ("no bank file", "urgent", "2026-11-03T15:00:00Z")


def test_subscribers(desk):
    """G12: Payroll subscribes when money is involved; who no longer belongs is counted by the review and removed by #prune."""
    assert "Payroll" not in desk.case(open_case(desk, "What is the dress code?\n"))["subscribers"]
    no = open_case(desk, "My paycheck is missing.\n")
    assert "Payroll" in desk.case(no)["subscribers"]
    desk.edit(("payroll_subscriber: Payroll", "payroll_subscriber: Money"),
              ("always_subscribed: [CRM/HR, Employee Relations]", "always_subscribed: [CRM/HR]"))
    desk.say(no, "assign", "benefits", by="lee.okafor")
    desk.once("2026-11-03 10:00")
    assert "subscribers: 2 to remove" in desk.history(no, "review")[-1]["text"]
    desk.say(no, "prune", by="lee.okafor")
    assert desk.case(no)["subscribers"] == ["CRM/HR"]
    assert {h["text"] for h in desk.history(no, "unsubscribed")} == {"Payroll", "Employee Relations"}


@pytest.mark.parametrize("text, whom, why", [
    ("My manager keeps touching me, this is sexual harassment.", "helen.cho", "harassment"),
    ("My attorney will file a lawsuit against you.", "marcus.feld", "legal"),
    ("The CFO threatened me after I filed a complaint.", "anne.delacroix", "executive")])
def test_immediate_escalation(desk, text, whom, why):
    """H5 G3: harassment, a legal threat, an executive: the one who must hear of it hears at intake, not at the next digest."""
    no = open_case(desk, text + "\n", at="2026-11-07 22:00", subject="help")
    c = desk.case(no)
    told, = desk.inbox(whom)
    assert told.when == "2026-11-07 22:00" and text in told.words and told["Reply-To"] != desk.address
    assert c["risk"] == "confidential" and c["priority"] == "urgent" and desk.history(no, "escalated")
    assert why in told.words.lower()
    notice = desk.last("peter.lang")
    assert "confidential" in notice.text and text not in notice.words and "Alice" not in notice.text
    assert "confidential" in desk.last("alice.martin").text


def test_daily_review(desk):
    """G23: each open case, each business day: what was checked and what was found."""
    no = open_case(desk, attachments=[("scan.pdf", b"x")])
    for day in range(3, 10):
        desk.once(f"2026-11-{day:02} 10:00")
    reviews = desk.history(no, "review")
    assert [h["at"][8:10] for h in reviews] == ["03", "04", "05", "06", "09"]
    assert all(h["text"].startswith("fields: complete; attachments: 1 to review; subscribers: none to remove; notes: ")
               and "; directory: fine; ladder: step" in h["text"] for h in reviews)
    desk.say(no, "resolve", "explained", by=desk.case(no)["owner"])
    desk.once("2026-11-10 10:00")
    assert len(desk.history(no, "review")) == 5


@pytest.mark.parametrize("change", [("America/New_York,en,Daniel Price,active", "America/New_York,en,Daniel Price,left"),
                                    ("NWT-01,Retail East,East", "NWT-01,Retail South,East")])
def test_employee_left_or_moved(desk, change):
    """G22: before the weekly word the directory is asked; who left or moved is not mailed, the owner is asked to look."""
    no = open_case(desk)
    desk.edit(change, name="directory.csv")
    desk.cli("directory", "import", desk.config.parent / "directory.csv")
    for day in (3, 9, 10):
        desk.once(f"2026-11-{day:02} 10:00")
    c = desk.case(no)
    assert len(desk.inbox("alice.martin")) == 1 and c["needs_directory_check"]
    assert "check-employee" in [t["kind"] for t in c["tasks"]]
    assert c["next_action"] == "Check whether the employee still needs help"
    assert desk.cli("audit") == []


def test_directory_import_by_itself(desk):
    """G7: the directory file is taken in again when it has changed, without a command."""
    desk.once("2026-11-02 09:00")
    desk.edit(("Alice Martin,alice.martin@test.example,Northwind Traders,NWT-01,Retail East",
               "Alice Martin,alice.martin@test.example,Northwind Traders,NWT-01,Head Office"), name="directory.csv")
    assert desk.case(open_case(desk))["division"] == "Head Office"


def test_directory_cut_short(make_desk):
    """G7 G22: a directory file that lost its end marks nobody as gone, and says so until a person has looked."""
    desk = make_desk()
    file = desk.config.parent / "directory.csv"
    whole = file.read_text() + "".join(f"77{i:04},Em Ployee{i},p{i}@test.example,Northwind Traders,NWT-01,Retail East,East,America/New_York,en,,active\n"
                                       for i in range(40))
    file.write_text(whole)
    desk.once("2026-11-02 09:00")
    file.write_text("".join(line for line in whole.splitlines(True) if not line.startswith("7700")))

    def gone():
        return sum(e["status"] == "left" for e in desk.cli("directory", "find", "p%d@test.example" % 7))

    for minute in (10, 20):  # the second look is at the same file
        desk.once(f"2026-11-02 09:{minute}", ok=(0, 1))
        assert gone() == 0
        assert "40 employees" in json.dumps(desk.cli("status", ok=(0, 1)))
    desk.cli("directory", "import", "--complete", str(file), now="2026-11-02 09:25")
    desk.once("2026-11-02 09:30")
    assert gone() == 1 and "employees" not in json.dumps(desk.cli("status")["alarms"])


def test_work_list(desk):
    """G15 G2: each agent's open cases once a day, the queue first, oldest first, with the next action; those of today only for
    "has it been resolved?"."""
    for i, at in enumerate(("2026-11-02 10:00", "2026-11-02 11:00", "2026-11-03 10:00", "2026-11-05 08:00")):
        desk.once("2026-11-04 09:00" if i == 3 else None)
        no = open_case(desk, subject=f"Payslip {i + 1}", at=at)
        desk.say(no, "own", by="maya.brooks")
    desk.once("2026-11-05 09:00")
    todo = desk.last("maya.brooks")
    mine, today = todo.text.split("New today: has it been resolved?")
    assert todo.when == "2026-11-05 09:00" and todo["Subject"].startswith("Your work list for Thu 5 Nov")
    places = [mine.index(f"ER-00000{n}") for n in (1, 2, 3)]
    assert places == sorted(places) and "ER-000004" not in mine and "ER-000004" in today
    assert "Payroll answers next" in todo.words or "Call Payroll" in todo.words
    assert len([m for m in desk.inbox("maya.brooks") if "[ER-" not in m.subject and m.when.startswith("2026-11-05")]) == 1
    assert "ER-00000" not in "".join(m.text for m in desk.inbox("priya.shah"))


def test_owner_is_gone(desk):
    """H10 G19 L25: the cases of an owner who left the settings go to the lead by the next review, and their ladder goes on to
    living people."""
    no = open_case(desk)
    desk.say(no, "own", by="maya.brooks")
    desk.edit(("- { id: maya.brooks,", "- { id: someone.new,"), ("members: [maya.brooks,", "members: [someone.new,"), name="people.yaml")
    for day in range(3, 10):
        desk.once(f"2026-11-{day:02} 10:00")
    assert desk.case(no)["owner"] == "lee.okafor" and desk.cli("audit") == []
    assert "ER-000001 needs your decision" in [line for _, line in desk.letters("lee.okafor")]
    assert desk.letters("grace.kim")[-1][1].startswith("Reminder")


def test_lead_digest(desk):
    """G19 W10 G1: what the lead must decide, what is due, who is silent, what is incomplete, in one mail a day."""
    for i in range(3):
        open_case(desk, subject=f"Payslip {i + 1}", who=("alice.martin", "samuel.greene", "someone.private")[i])
    desk.say(2, "priority", "high", by="lee.okafor")
    for day in range(3, 11):
        desk.once(f"2026-11-{day:02} 09:00")
        desk.once(f"2026-11-{day:02} 10:30")
    digest = [m for m in desk.inbox("lee.okafor") if "[ER-" not in m.subject][-1]
    assert digest.when == "2026-11-10 09:00" and "Payroll" in digest.text and "Decide now" in digest.text
    decide = digest.text[digest.text.index("Decide now"):]
    assert all(f"ER-00000{n}" in decide for n in (1, 2, 3))
    assert "Who is silent" in digest.text and "Incomplete" in digest.text
    assert desk.cli("digest", "--for", "lee.okafor")


class Chat(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *unused):
        pass


@pytest.mark.parametrize("kind", ["teams", "slack"])
def test_chat(make_desk, kind):
    """G16 G17: one day after the opening, and not before, the department's chat hears too; a note says so."""
    server = http.server.HTTPServer(("127.0.0.1", 0), Chat)
    server.got = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        desk = make_desk()
        desk.edit(("    # webhook_file: payroll.webhook # file with the https address of the chat channel\n    # webhook_kind: teams           # or slack\n",
                   f"    webhook: http://127.0.0.1:{server.server_port}/hook\n    webhook_kind: {kind}\n"), name="people.yaml")
        no = open_case(desk)
        desk.once("2026-11-03 09:59")
        assert server.got == []
        desk.once("2026-11-03 10:00")
        said, = server.got
        assert "ER-000001" in said["text"] and "Alice" not in json.dumps(said) and (kind == "teams") == ("@type" in said)
        assert [m.when for m in desk.inbox("grace.kim")] == ["2026-11-02 10:00", "2026-11-03 10:00"]
        assert any("Grace Kim" in n["text"] or "Payroll" in n["text"] for n in desk.case(no)["notes"] if n["kind"] == "internal")
        desk.once("2026-11-05 10:00")
        assert len(server.got) == 1
    finally:
        server.shutdown()
        server.server_close()
