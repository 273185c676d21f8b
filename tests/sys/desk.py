"""desk.py - an HR desk to test: a caseward of its own with the shipped settings, and the people around it.

A Desk on folders (Maildir in, Maildir out) is quick; one on a Mailhost reads a real Dovecot and sends through a real Postfix, and
its people read their mail by IMAP and answer by SMTP. The clock is by hand: once("2026-11-02 10:00") is a pass at that time in New
York. Everything that caseward says is read from its JSON or from the mails that arrived: nothing looks into the database.
"""
import datetime
import email
import email.header
import email.message
import email.parser
import email.policy
import email.utils
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import zoneinfo

from mailhost import PASSWORD, wait_for

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
CASEWARD = pathlib.Path(os.environ.get("CASEWARD", TOP / "build/gcc/caseward"))
NEW_YORK = zoneinfo.ZoneInfo("America/New_York")
ADDRESS = re.compile(r"([\w.]+)@[a-z]+\.example")
SECRET = "ZZ-INTERNAL-ZZ"  # stands in internal notes: must never reach an employee
FOR_EMPLOYEES = ("ack", "closing", "message", "resolution", "waiting-employee", "weekly-update")
TIMELESS = ("init", "check", "template", "mail")  # commands that have no database
WIRE = email.policy.SMTP  # CRLF


def clock(text):
    """"2026-11-02 10:00" in New York, as caseward wants it; a datetime, or a time in RFC 3339, stays."""
    if isinstance(text, str) and text.endswith("Z"):
        return text
    t = datetime.datetime.fromisoformat(text).replace(tzinfo=NEW_YORK) if isinstance(text, str) else text
    return t.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local(text):
    """The other way: RFC 3339 to "2026-11-02 10:00" in New York; "" stays."""
    if not text:
        return ""
    return datetime.datetime.fromisoformat(text).astimezone(NEW_YORK).strftime("%Y-%m-%d %H:%M")


class Mail:
    """A mail that somebody got: .raw bytes, .subject, .text, .words, .html, .id, and headers by mail["Name"]."""

    def __init__(self, raw):
        self.raw = raw
        self._head = email.parser.BytesHeaderParser(policy=email.policy.compat32).parsebytes(raw)
        self.id = str(self["Message-ID"]).strip("<> ")
        found = re.match(r"c\d+\.\w\.o(\d+)\.", self.id)
        self.number = int(found.group(1)) if found else 0  # caseward's own count of mails

    @functools.cached_property
    def msg(self):
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    def __getitem__(self, name):
        value = str(self._head[name] or "")
        return "".join(str(email.header.make_header(email.header.decode_header(value))).splitlines())

    def __repr__(self):
        return f"<{self['To']}: {self['Subject']}: {self.first_line}>"

    def part(self, kind):
        body = self.msg.get_body((kind,))
        return body.get_content() if body is not None else ""

    @property
    def text(self):
        return self.part("plain")

    @property
    def words(self):
        """The text without its line breaks."""
        return " ".join(self.text.split())

    @property
    def html(self):
        return self.part("html")

    @property
    def subject(self):
        return self["Subject"]

    @property
    def to(self):
        return email.utils.parseaddr(str(self._head["To"] or ""))[1]

    @property
    def first_line(self):
        """The heading: the line above the ruler."""
        lines = self.text.splitlines()
        ruler = [i for i, line in enumerate(lines) if re.fullmatch("={3,}", line)]
        return lines[ruler[0] - 1] if ruler else self.subject

    @property
    def when(self):
        return local(email.utils.parsedate_to_datetime(self["Date"]).isoformat())


class Desk:
    """Address of a person of config/people.yaml or config/directory.csv: desk["grace.kim"]."""

    def __init__(self, folder, host=None, prefix="", edit=(), manual=True):
        self.dir = pathlib.Path(folder)
        self.host, self.prefix, self.manual = host, prefix, manual
        self.address = f"{prefix}er@test.example"
        self.now = clock("2026-11-02 09:00")
        self.env = {**os.environ, "CASEWARD_TEST_SECRET": PASSWORD, "TZ": "UTC"}
        self.delivered = 0  # mails put into the inbox
        self._got = {}      # file -> Mail, of the Maildir
        self.config = self.dir / "config" / "caseward.yaml"
        self._write_config(edit)
        self.cli("init", *(["--manual-clock"] if manual else []))
        self.cli("directory", "import", self.dir / "config" / "directory.csv")

    # --- settings ---
    def _write_config(self, edit):
        self.config.parent.mkdir(parents=True)
        for name in ("caseward.yaml", "people.yaml", "rules.yaml", "directory.csv", "holidays-us.ics"):
            text = (TOP / "config" / name).read_text()
            text = ADDRESS.sub(lambda m: f"{self.prefix}{m.group(1)}@test.example", text)
            (self.config.parent / name).write_text(text)
        self.staff = dict(re.findall(r"\{ id: ([\w.]+), name: ([^,]+),", (self.config.parent / "people.yaml").read_text()))
        self.employees = dict(re.findall(r'\d+,("?[^@\n]+"?),' + re.escape(self.prefix) + r"([\w.]+)@",
                                         (self.config.parent / "directory.csv").read_text()))
        self.employees = {who: name.strip('"') for name, who in self.employees.items()}
        self.edit(("templates: ../templates", f"templates: {TOP / 'templates'}"), *(self._on_host() if self.host else ()), *edit)

    def _on_host(self):
        h = self.host
        where = f"host: localhost\n    ca_file: {h.ca}\n    user: {self.prefix}er\n    password_env: CASEWARD_TEST_SECRET\n"
        return (("kind: maildir\n    path: var/mail/inbox\n", f"kind: imap\n    port: {h.imaps_port}\n    tls: implicit\n    {where}"),
                ("kind: maildir\n  path: var/mail/outbox\n",
                 f"kind: smtp\n  port: {h.smtp_port}\n  tls: starttls\n  host: localhost\n  ca_file: {h.ca}\n  user: {self.prefix}er\n"
                 "  password_env: CASEWARD_TEST_SECRET\n"))

    def edit(self, *pairs, name="caseward.yaml"):
        """Replace text in a settings file; what is replaced must be there."""
        path = self.config.parent / name
        text = path.read_text()
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new)
        path.write_text(text)

    # --- people ---
    def __getitem__(self, who):
        return who if "@" in who else f"{self.prefix}{who}@test.example"

    def name_of(self, who):
        return self.staff.get(who) or self.employees.get(who) or who

    # --- the program ---
    def run(self, *args, config=None, **env):
        return subprocess.run([CASEWARD, "-c", str(config or self.config), *map(str, args)], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120, env={**self.env, **env})

    def run_raw(self, *args):
        """What a command prints, byte for byte."""
        now = ["--now", self.now] if self.manual else []
        return subprocess.run([CASEWARD, "-c", str(self.config), *map(str, args), *now], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=120, env=self.env, check=True).stdout

    def cli(self, *args, ok=(0,), now=None):
        """A command at the desk's time; what it prints, from JSON where it is JSON."""
        manual = ["--now", clock(now or self.now)] if self.manual and args[0] not in TIMELESS else []
        quick = ["--json"] if args[0] not in ("init", "digest", "backup") else []
        r = self.run(*args, *manual, *quick)
        assert r.returncode in ok, (args, r.returncode, r.stdout, r.stderr)
        return json.loads(r.stdout) if quick and r.stdout.startswith(("{", "[")) else r.stdout

    def once(self, now=None, *flags, ok=(0,)):
        """One pass at `now`; its counts."""
        self.now = clock(now or self.now)
        return self.cli("once", *flags, ok=ok)

    def case(self, no=1):
        return self.cli("case", "show", no)

    def say(self, no, verb, *words, by=None, ok=(0,)):
        """A verb on the command line."""
        return self.cli("case", verb, no, *words, *(["--as", by] if by else []), ok=ok)

    def original(self, message):
        """The bytes of a mail that `case show` lists."""
        path = self.dir / f"original-{message['id']}.eml"
        path.unlink(missing_ok=True)
        self.cli("case", "original", message["id"], path)
        return path.read_bytes()

    @staticmethod
    def sha256(data):
        return hashlib.sha256(data).hexdigest()

    def history(self, no=1, kind=None):
        return [h for h in self.case(no)["history"] if kind in (None, h["kind"])]

    def outbox(self, **like):
        """Rows of the outbox, oldest first, with these values."""
        rows = sorted(self.cli("outbox", "list"), key=lambda r: r["id"])
        return [r for r in rows if all(r[k] == v for k, v in like.items())]

    # --- mails to the desk ---
    def put(self, raw, sender="someone@test.example"):
        """Bytes into the inbox, by SMTP where there is a server."""
        self.delivered += 1
        if self.host:
            self.host.smtp_send(sender, self.address, raw)
            wait_for("the mail in the inbox", lambda: self.host.count(f"{self.prefix}er") >= self.delivered)
            return
        seconds = int(datetime.datetime.fromisoformat(self.now).timestamp())
        path = self.config.parent / "var/mail/inbox/new" / f"{seconds}.M{self.delivered:06}.desk"
        path.write_bytes(raw)

    def mail_from(self, who, subject, text="Hello.\n", to=None, headers=(), attachments=(), html=None, send=True):
        """A new mail to the desk; the Mail."""
        m = email.message.EmailMessage(policy=WIRE)
        m["From"] = email.utils.formataddr((self.name_of(who), self[who]))
        m["To"] = to or self.address
        m["Subject"] = subject
        m["Date"] = email.utils.format_datetime(datetime.datetime.fromisoformat(self.now))
        m["Message-ID"] = f"<{self.prefix}{self.delivered + 1}.{os.urandom(4).hex()}@mua.example>"
        for name, value in dict(headers).items():
            if name in m:
                del m[name]
            m[name] = value
        m.set_content(text)
        if html:
            m.add_alternative(html, subtype="html")
        for filename, data in attachments:
            m.add_attachment(data, maintype="application", subtype="octet-stream", filename=filename)
        if send:
            self.put(m.as_bytes(), self[who])
        return Mail(m.as_bytes())

    def reply(self, mail, text, who=None, to=None, subject=None, headers=(), threads=True, **more):
        """Answer a mail as a mail program does: to its Reply-To, with its id and the text quoted below."""
        who = who or mail.to
        quoted = "".join("> " + line + "\n" for line in mail.text.splitlines())
        above = f"{text}\n\nOn {mail['Date']}, Employee Relations wrote:\n{quoted}"
        links = {"In-Reply-To": mail["Message-ID"],
                 "References": (mail["References"] + " " + mail["Message-ID"]).strip()} if threads else {}
        return self.mail_from(who, subject or "Re: " + re.sub("^Re: ", "", mail.subject), above,
                              to or email.utils.parseaddr(mail["Reply-To"])[1], {**links, **dict(headers)}, **more)

    # --- mails from the desk ---
    def sent(self):
        """Every mail that left by the Maildir, oldest first."""
        for path in (self.config.parent / "var/mail/outbox/new").iterdir():
            if path.name not in self._got:
                self._got[path.name] = Mail(path.read_bytes())
        return sorted(self._got.values(), key=lambda m: m.number)

    def inbox(self, who):
        """What a person got of the desk, oldest first: the desk's mails; on a server as soon as all have arrived."""
        address = self[who]
        if not self.host:
            return [m for m in self.sent() if m.to == address]
        want = len(self.outbox(to=address, state="sent"))
        found = self.host.wait_delivered(address.split("@")[0], want)
        mails = [Mail(m["raw"]) for m in found]
        return sorted((m for m in mails if self.prefix + "er@" in m["From"]), key=lambda m: m.number)

    def last(self, who):
        return self.inbox(who)[-1]

    def letters(self, who):
        """(when, heading) of each mail that a person got."""
        return [(m.when, m.first_line) for m in self.inbox(who)]

    # --- G13, for every test: nothing internal reached an employee ---
    def to_outsiders(self):
        """The mails to whoever is not staff."""
        staff = {self[who] for who in self.staff}
        if self.host is None and "kind: maildir\n  path: var/mail/outbox" in self.config.read_text():
            return [m for m in self.sent() if m.to not in staff]
        rows = [r for r in self.outbox(channel="mail") if r["to"] not in staff and r["template"] in FOR_EMPLOYEES]
        return [Mail(self.run("outbox", "show", r["id"]).stdout.encode()) for r in rows]

    def check_privacy(self):
        for m in self.to_outsiders():
            seen = m.text + m.html + str(m.msg)
            told = [n for n in (SECRET, *self.staff.values(), *(self[w] for w in self.staff)) if n in seen]
            assert told == [], (m, told)
