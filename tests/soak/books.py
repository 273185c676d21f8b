"""books.py - every mail accounted for: what came in against what is kept, what was planned against what arrived.

Looks into a database from outside, after the end; nothing of caseward is used.
"""
import collections
import hashlib
import pathlib
import sqlite3


def fingerprints(maildir):
    """{sha256 of what IMAP gives: how often} of a Maildir."""
    found = collections.Counter()
    for sub in ("new", "cur"):
        for f in pathlib.Path(maildir, sub).iterdir():
            raw = f.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n").replace(b"\0", b"\x80")  # as Dovecot does
            found[hashlib.sha256(raw).hexdigest()] += 1
    return found


class Books:
    """.problems is empty when everything is accounted for; .figures is what was counted."""

    def __init__(self, database, inbox, copies, undeliverable):
        self.db = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        self.problems, self.figures = [], {}
        self._mails_in(fingerprints(inbox))
        self._mails_out(copies, undeliverable)
        self._cases()

    def _rows(self, sql, *args):
        return self.db.execute(sql, args).fetchall()

    def _check(self, what, bad):
        if bad:
            self.problems.append(f"{what}: {len(bad)}, as {sorted(map(str, bad))[:5]}")

    def _mails_in(self, there):
        kept = {r[0] for r in self._rows("SELECT lower(hex(sha256)) FROM spool")}
        self._check("in the mailbox, not kept", set(there) - kept)
        self._check("kept, never in the mailbox", kept - set(there))
        fates = dict(self._rows("SELECT coalesce(m.outcome, s.state), count(*) FROM spool s LEFT JOIN message m ON m.spool = s.id"
                                " AND m.direction = 'in' GROUP BY 1"))
        self._check("kept, and without a fate", [f for f in fates if f not in ("opened", "appended", "filed", "unverified", "quarantined", "duplicate")])
        self._check("opened, and there is no case", self._rows("SELECT id FROM message WHERE outcome = 'opened' AND case_no NOT IN (SELECT no FROM casefile)"))
        self._check("cases that no mail opened", self._rows("SELECT no FROM casefile WHERE no NOT IN (SELECT case_no FROM message WHERE outcome = 'opened')"))
        self._check("cases opened twice by one mail", self._rows("SELECT spool FROM message WHERE spool IS NOT NULL GROUP BY spool HAVING count(*) > 1"))
        total = sum(there.values())
        if sum(fates.values()) != len(there):
            self.problems.append(f"{len(there)} different mails, {sum(fates.values())} fates")
        self.figures["in"] = dict(mails=total, copies_of_another=total - len(there), **fates)

    def _mails_out(self, copies, undeliverable):
        rows = self._rows("SELECT message_id, state, attempts, rcpt, template, case_no, bounced_at FROM outbox WHERE channel = 'mail'")
        states = collections.Counter(r[1] for r in rows)
        sent = [r for r in rows if r[1] == "sent"]
        self._check("sent, and never arrived", [r[:5] for r in sent if copies.get(r[0], 0) == 0 and not undeliverable(r[3])])
        self._check("arrived more than once, though no answer of the server was lost",
                    [r[:5] for r in sent if copies.get(r[0], 0) > 1 and r[2] < 2])
        self._check("arrived more often than tried", [r[:5] for r in rows if copies.get(r[0], 0) > max(r[2], 1)])
        doubtful = ("sent", "unsure", "sending")  # or a dead letter, and an earlier answer was lost
        self._check("arrived, and not marked", [r[:5] for r in rows if copies.get(r[0], 0) > 0 and r[1] not in doubtful and not (r[1] == "failed" and r[2] > 1)])
        self._check("arrived, and never planned", {m for m in copies if not m.startswith("alarm.")} - {r[0] for r in rows})
        told = {r[5] for r in rows if r[4] == "undeliverable"}
        self._check("dead letters that nobody was told of", [r[:5] for r in rows if r[1] == "failed" and r[5] and r[5] not in told])
        twice = sum(copies.get(r[0], 0) - 1 for r in sent if copies.get(r[0], 0) > 1)
        self.figures["out"] = dict(planned=len(rows), **states, arrived_twice=twice)

    def _cases(self):
        self.figures["cases"] = dict(self._rows("SELECT CASE WHEN is_open THEN 'open' ELSE 'done' END, count(*) FROM casefile GROUP BY 1"))
        self._check("open, and nothing ahead", self._rows(
            "SELECT no FROM casefile WHERE is_open AND no NOT IN (SELECT case_no FROM agenda)"))
        (integrity,), = self._rows("PRAGMA integrity_check")
        if integrity != "ok":
            self.problems.append(f"integrity: {integrity}")
