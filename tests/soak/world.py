"""world.py - the people around the desk: employees who write, departments that answer or do not, agents who resolve.

Reads what the desk sent where Dovecot keeps it, and makes the mails that come back. All by one seeded chance.
"""
import email.utils
import os
import pathlib
import random
import re

TOPICS = (
    ("Overtime missing on my payslip", "Hello,\n\nnine hours of overtime are missing on my payslip of last period.\n"),
    ("Parental leave dates", "Hi,\n\nI would like to know when my parental leave has to be filed.\n"),
    ("Health insurance card", "Hello,\n\nmy insurance card has not come, and I am ill. Please help.\n"),
    ("Mi nómina", "Hola:\n\nfalta una parte de mi nómina de este mes. Gracias por revisarlo.\n"),
    ("My shift lead shouts at me", "Hello,\n\nI want to talk to somebody about my shift lead. He shouts at us every day.\n"),
    ("401(k) contribution wrong", "Hi,\n\nmy contribution was 5 %, the system says 3 %.\n"),
    ("Direct deposit returned", "Hello,\n\nmy bank sent the deposit back. Since then I am without pay.\n"),
    ("Frage zur Abrechnung", "Guten Tag,\n\nauf meiner Abrechnung fehlt das Urlaubsgeld. Viele Grüße\n"),
)
AWAY = ("Automatic reply: {s}", "I am out of the office until {day}. In urgent cases please write to {deputy}.\n")
NEWSLETTER = "List-Id: <news.vendor.example>\r\nPrecedence: bulk\r\n"

# What somebody does with a mail about a case: (weight, what they write, how).  "" is silence.
HABITS = {
    "department": ((40, "", ""), (25, "We are looking into it and come back to you tomorrow.", ""), (15, "This has been paid with today's run.", ""),
                   (8, "See the attached file.", "attach"), (4, "", "away"), (3, "", "forward"), (5, "#note called the bank", "")),
    "agent": ((25, "", ""), (55, "#resolve corrected and paid", ""), (6, "#note talked to them on the phone", ""), (4, "#wait employee 2 days", ""),
              (3, "#priority high", ""), (2, "", "away"), (2, "#frobnicate", "")),
    "chief": ((85, "", ""), (10, "#resolve settled with the department", ""), (5, "Please hurry.", "")),
    "employee": ((72, "", ""), (10, "Thank you!", ""), (8, "It is still not there. When will it come?", ""), (5, "Here is the file that you asked for.", "attach"),
                 (3, "", "away"), (2, "#close", "")),
}


class World:
    """employees: [(address, name)]; staff: {address: habit}; mailboxes: the folder with a Maildir a user."""

    def __init__(self, desk_address, employees, staff, mailboxes, seed, corpus):
        self.desk, self.employees, self.staff, self.mailboxes = desk_address, employees, staff, mailboxes
        self.chance = random.Random(seed)
        self.corpus = corpus
        self.copies = {}       # (desk, Message-ID of its mail) -> how often it arrived
        self.answered = set()  # (who, case, day): nobody writes twice a day about a case
        self.waiting = []      # answers that somebody will write: (at, bytes)
        self.made = 0
        self.past = []         # some mails that were delivered, to deliver again
        self.kinds = {}        # what was delivered

    # --- what the desk sent ---
    def read(self, now):
        """Take the mails out of every mailbox; plan the answers."""
        for user in os.scandir(self.mailboxes):
            if user.name.endswith("-er"):
                continue  # a desk
            for sub in ("new", "cur"):
                try:
                    files = list(os.scandir(f"{user.path}/{sub}"))
                except FileNotFoundError:
                    continue
                for f in files:
                    mail = pathlib.Path(f.path)
                    self._got("l" if user.name.startswith("l-") else "w", mail.read_bytes(), now)
                    mail.unlink()

    def _got(self, desk, raw, now):
        head = raw.split(b"\r\n\r\n" if b"\r\n\r\n" in raw else b"\n\n", 1)[0].decode("utf-8", "replace")
        fields = {m[0].lower(): " ".join(m[1].split()) for m in re.findall(r"^([\w-]+):[ \t]*(.*(?:\r?\n[ \t].*)*)", head, re.M)}
        mail = desk, fields.get("message-id", "").strip("<>")
        self.copies[mail] = self.copies.get(mail, 0) + 1
        if self.copies[mail] > 1 or "[ER-" not in fields.get("subject", "") or not self.desk.startswith(desk):
            return
        who = email.utils.parseaddr(fields.get("to", ""))[1]
        about = who, re.search(r"\[ER-\d+\]", fields["subject"])[0], now // 86400
        habit = HABITS[self.staff.get(who, "employee")]
        _, words, how = self.chance.choices(habit, [h[0] for h in habit])[0]
        if (words or how) and about not in self.answered:
            self.answered.add(about)
            self.waiting.append((now + self.chance.expovariate(1 / (6 * 3600)), self._answer(who, fields, words, how)))

    # --- what people write ---
    def _mail(self, sender, subject, body, extra="", to=None):
        self.made += 1
        mid = f"<{self.made}.{self.chance.getrandbits(48):x}@mua.example>"
        return (f"Return-Path: <{sender[0]}>\r\nFrom: {email.utils.formataddr(sender[::-1])}\r\nTo: {to or self.desk}\r\nSubject: {subject}\r\n"
                f"Message-ID: {mid}\r\nDate: {{date}}\r\nMIME-Version: 1.0\r\n{extra}{self._body(body)}")

    def _body(self, body, attach=False):
        if not attach:
            return "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + body.replace("\n", "\r\n")
        size = min(int(self.chance.expovariate(1 / 20000)), 400000)
        lines = "\r\n".join(["QUJD" * 19] * (size // 78 + 1))
        return (f"Content-Type: multipart/mixed; boundary=b{self.made}\r\n\r\n--b{self.made}\r\n{self._body(body)}\r\n--b{self.made}\r\n"
                "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=slip.pdf"
                f"\r\n\r\n{lines}\r\n--b{self.made}--\r\n")

    def _answer(self, who, fields, words, how):
        name = who.split("@")[0].replace(".", " ").title()
        links = f"In-Reply-To: {fields['message-id']}\r\nReferences: {fields.get('references', '')} {fields['message-id']}\r\n"
        to = email.utils.parseaddr(fields.get("reply-to", self.desk))[1]
        quoted = f"{words}\n\nOn {fields.get('date')}, Employee Relations wrote:\n> The text of the mail before.\n"
        if how == "away":
            text = AWAY[1].format(day="{return}", deputy=self.chance.choice(list(self.staff)))
            return "away", self._mail((who, name), AWAY[0].format(s=fields["subject"]), text, links + "Auto-Submitted: auto-replied\r\n", to)
        if how == "forward":
            return "stranger", self._mail(("helper@outside.example", "A Helper"), "RE: " + fields["subject"], "I can tell you more.\n", "", self.desk)
        if how == "attach":
            mail = self._mail((who, name), "Re: " + fields["subject"], "", links, to)
            return "answer", mail.split("Content-Type")[0] + self._body(quoted, True)
        return "command" if words.startswith("#") else "answer", self._mail((who, name), "Re: " + fields["subject"], quoted, links, to)

    def _new(self):
        subject, text = self.chance.choice(TOPICS)
        mail = self._mail(self.chance.choice(self.employees), f"{subject} ({self.made})", text + f"\nNo. {self.made}\n")
        if self.chance.random() < 0.2:
            mail = mail.split("Content-Type")[0] + self._body(text, True)
        return "new", mail

    def _odd(self):
        """A damaged mail of the corpus, made unique; a newsletter; a stranger with a token; a forged bounce."""
        kind = self.chance.choice(("damaged", "damaged", "newsletter", "token", "bounce"))
        outsider = (f"x{self.made}@outside.example", "Somebody")
        if kind == "damaged":
            return kind, f"X-Number: {self.made}.{self.chance.random()}\r\n".encode() + self.chance.choice(self.corpus)
        if kind == "newsletter":
            return kind, self._mail(outsider, "News of the month", "Buy now.\n", NEWSLETTER)
        if kind == "token":
            return kind, self._mail(outsider, f"[ER-{self.chance.randrange(1, 400):06}] tell me everything", "What did she say?\n#note forged\n")
        return kind, self._mail(("mailer-daemon@outside.example", "MAILER-DAEMON"), "Undelivered Mail Returned to Sender",
                                f"<{self.chance.choice(list(self.staff))}>: 550 5.1.1 unknown\n", "Auto-Submitted: auto-replied\r\n")

    def mails(self, now, count):
        """About `count` mails that arrive now: answers first, then new matters."""
        due = [w for w in self.waiting if w[0] <= now]
        self.waiting = [w for w in self.waiting if w[0] > now]
        made = [w[1] for w in due]
        while len(made) < count:
            chance = self.chance.random()
            if chance < 0.03 and self.past:
                made.append(("again", self.chance.choice(self.past)))
            else:
                made.append(self._odd() if chance < 0.13 else self._new())
        out = []
        for kind, mail in made:
            self.kinds[kind] = self.kinds.get(kind, 0) + 1
            if isinstance(mail, str):
                mail = mail.replace("{date}", email.utils.formatdate(now)).replace("{return}", email.utils.formatdate(now + 3 * 86400)[:16]).encode()
            if self.chance.random() < 0.02:
                self.past = [*self.past[-50:], mail]
            out.append(mail)
        return out
