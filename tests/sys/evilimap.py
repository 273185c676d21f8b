"""evilimap.py - the attacks of a hostile or broken IMAP server, one class each, on top of the honest FakeImap."""
import time

from fakeserver import FakeImap

ATTACKS = {}


def attack(name, error=None, **more):
    """Register a server under the words of its row. `error` is what status must say of the mailbox (a pattern; None: the poll is
    no failure). More: after (flag, move), mails_of_it (taken in the very pass), quarantined, polls."""
    def register(cls):
        ATTACKS[name] = (cls, dict(error=error, **more))
        return cls
    return register


def variants(rows):
    """attack() for (words, attribute values, error) rows of one class."""
    def register(cls):
        for name, attributes, error, *more in rows:
            attack(name, error, **(more[0] if more else {}))(type(cls.__name__, (cls,), attributes))
        return cls
    return register


def stop(line, how):
    if how == "stall":
        line.stall()
    raise EOFError


def drip(line, text=b"x" * 100):
    """A byte each quarter of the client's patience; ends when the client does."""
    for i in range(400):
        line.sock.sendall(text[i % len(text):i % len(text) + 1])
        time.sleep(0.25)


# --- the greeting and the login ---

@variants([
    ("greeting stalls", dict(greeting=b"", then="stall"), "timed out|Timeout"),
    ("greeting is BYE", dict(greeting=b"* BYE too many users\r\n"), "too many users"),
    ("greeting is garbage", dict(greeting=b"\x00\xff\x16\x03 hello\r\n"), "."),
    ("greeting is of an SMTP server", dict(greeting=b"554 no mail here\r\n"), "."),
    ("greeting has no end", dict(greeting=b"* OK " + b"x" * 3_000_000, then="stall"), "."),
    ("closes at once", dict(greeting=b""), "."),
    ("PREAUTH, so that nobody logs in", dict(greeting=b"* PREAUTH welcome\r\n"), "."),
])
class Greets(FakeImap):
    then = "close"

    def talk(self, line):
        line.say(self.greeting)
        stop(line, self.then)


@attack("greeting drips", "timed out|Timeout")
class GreetsSlowly(FakeImap):
    def talk(self, line):
        drip(line, b"* OK " + b"x" * 500)


@variants([
    ("login refused", dict(says="NO [AUTHENTICATIONFAILED] no"), "refuses the login of er.*password right"),
    ("login refused without a word why", dict(says="NO"), "refuses the login of er"),
    ("login unavailable", dict(says="NO [UNAVAILABLE] backend down"), "lets nobody in now.*backend down"),
    ("login over the limit of connections", dict(says="NO [LIMIT] too many connections"), "lets nobody in now.*too many"),
    ("login answered by BYE", dict(says="* BYE come back later"), "lets nobody in now.*come back"),
    ("login answered by BAD", dict(says="BAD what?"), "refuses the login of er"),
    ("login stalls", dict(says="stall"), "timed out|Timeout"),
])
class RefusesLogin(FakeImap):
    def do_login(self, line, tag, rest):
        if self.says == "stall":
            line.stall()
        if self.says.startswith("*"):
            line.say(self.says)
            raise EOFError
        return self.says


@attack("CAPABILITY answered without data", "makes no sense")
class NoCapabilities(FakeImap):
    def do_capability(self, line, tag, rest):
        return "OK"


# --- the mailbox ---

@variants([
    ("folder refused", dict(says="NO no permission"), "no permission"),
    ("folder gone", dict(says="NO [NONEXISTENT] gone"), "gone"),
    ("folder answered by BAD", dict(says="BAD no"), "refused|makes no sense"),
    ("UIDVALIDITY missing", dict(data=["* 3 EXISTS"]), "no UIDVALIDITY"),
    ("UIDVALIDITY 0", dict(data=["* 3 EXISTS", "* OK [UIDVALIDITY 0] x"]), "."),
    ("UIDVALIDITY too large", dict(data=["* 0 EXISTS", "* OK [UIDVALIDITY 99999999999999] x"]), None),
    ("PERMANENTFLAGS without a list", dict(data=["* OK [PERMANENTFLAGS] x", "* OK [UIDVALIDITY 9] x"]), None),
    ("PERMANENTFLAGS empty", dict(data=["* OK [PERMANENTFLAGS ()] x", "* OK [UIDVALIDITY 9] x"]), None, dict(after="flag")),
    ("PERMANENTFLAGS of nonsense", dict(data=[r"* OK [PERMANENTFLAGS (\* (\* NIL \] x", "* OK [UIDVALIDITY 9] x"]), None),
    ("FLAGS nested", dict(data=[r"* FLAGS (\Seen (((x)) {5}", "* OK [UIDVALIDITY 9] x"]), "makes no sense|closed|took too long|silent"),
    ("EXISTS too many", dict(data=["* 4294967295 EXISTS", "* OK [UIDVALIDITY 9] x"]), "there are 4294967295"),
    ("EXISTS beyond all numbers", dict(data=["* 99999999999999999999 EXISTS", "* OK [UIDVALIDITY 9] x"]), "."),
    ("EXISTS too few", dict(data=["* 1 EXISTS", "* OK [UIDVALIDITY 7] x"]), None, dict(mails_of_it=3)),
    ("UIDNEXT lies", dict(data=["* 3 EXISTS", "* OK [UIDNEXT 1] x", "* OK [UIDVALIDITY 7] x"]), None, dict(mails_of_it=3)),
    ("BODYSTRUCTURE 200,000 deep, unasked", dict(data=["* 1 FETCH (BODYSTRUCTURE " + "(" * 200_000]), "nobody can digest|makes no sense|sent more|closed"),
    ("selecting stalls", dict(data=[], says="stall"), "silent|too long"),
])
class OddMailbox(FakeImap):
    data, says = ["* 3 EXISTS", "* OK [UIDVALIDITY 7] x"], "OK [READ-WRITE] selected"

    def do_select(self, line, tag, rest):
        for text in self.data:
            line.say(text)
        if self.says == "stall":
            line.stall()
        return self.says

    do_examine = do_select

    def do_uid_search(self, line, tag, rest):
        if "UIDVALIDITY 9" in str(self.data):
            line.say("* SEARCH")
        else:
            super().do_uid_search(line, tag, rest)


@attack("read-only, where mails are to be marked", after="flag", mails_of_it=3)
class ReadOnly(FakeImap):
    def do_select(self, line, tag, rest):
        super().do_select(line, tag, rest)
        return "OK [READ-ONLY] selected"

    def do_uid_store(self, line, tag, rest):
        return "NO read-only"


@attack("UIDVALIDITY is another one in each session", mails_of_it=3)
class NewEachTime(FakeImap):
    def do_examine(self, line, tag, rest):
        self.uidvalidity += 1
        return self.do_select(line, tag, rest)


@attack("UIDVALIDITY changes while mails are fetched")
class Renumbers(FakeImap):
    def give(self, line, seq, uid):
        super().give(line, seq, uid)
        line.say("* OK [UIDVALIDITY 1234] rebuilt")


# --- the list ---

@variants([
    ("SEARCH names mails that are not there", dict(says="1 2 3 4 5 900 901"), None, dict(mails_of_it=3)),
    ("SEARCH names mails twice and in disorder", dict(says="3 1 2 2 3 1 1"), None, dict(mails_of_it=3)),
    ("SEARCH names the highest of all UIDs", dict(says="1 2 3 4294967295"), None, dict(mails_of_it=3)),
    ("SEARCH names UID 0", dict(says="0 1 2 3 0"), None, dict(mails_of_it=3)),
    ("SEARCH names no numbers", dict(says="1 x 3"), "."),
    ("SEARCH names too large numbers", dict(says="1 2 3 99999999999"), None, dict(mails_of_it=3)),
    ("SEARCH without end", dict(says="1 2 3 " + "4 " * 1_500_000), "more than was asked"),
    ("SEARCH refused", dict(says="refused"), "refused"),
    ("SEARCH stalls", dict(says="stall"), "silent|too long"),
])
class OddList(FakeImap):
    def do_uid_search(self, line, tag, rest):
        if rest[0] == "UID":
            return super().do_uid_search(line, tag, rest)
        if self.says == "refused":
            return "NO busy"
        if self.says == "stall":
            line.stall()
        line.say("* SEARCH " + self.says)


# --- the mails ---

def head(seq, uid, size):
    return b"* %d FETCH (UID %d BODY[] {%d}\r\n" % (seq, uid, size)


@variants([
    ("closes in the middle of a mail", dict(bytes=head(2, 2, 5000) + b"Subject: x\r\n"), None, dict(mails_of_it=2)),
    ("stalls in the middle of a mail", dict(bytes=head(2, 2, 5000) + b"Subject: x\r\n", then="stall"), None, dict(mails_of_it=2)),
    ("a mail of 2 GB is announced", dict(bytes=head(2, 2, 2147483647) + b"Subject: x\r\n"), None, dict(mails_of_it=2)),
    ("a mail of 4 GB is announced", dict(bytes=head(2, 2, 4294967295) + b"Subject: x\r\n"), None, dict(mails_of_it=2)),
    ("a size that wraps around", dict(bytes=head(2, 2, 4294967297) + b"Subject: x\r\n)\r\n"), None, dict(mails_of_it=2)),
    ("a flag list that is nested", dict(bytes=b"* 2 FETCH (UID 2 FLAGS (\\Seen ((x\r\n"), None, dict(mails_of_it=2)),
    ("a row of garbage", dict(bytes=b"* 2 FETCH \x00\xff{{{(((\r\n"), None, dict(mails_of_it=2)),
    ("BYE in the middle", dict(bytes=b"* BYE shutting down\r\n"), None, dict(mails_of_it=2)),
    ("BODYSTRUCTURE 200,000 deep with a mail", dict(bytes=b"* 2 FETCH (UID 2 BODYSTRUCTURE " + b"(" * 200_000 + b"\r\n"), "nobody can digest"),
])
class BreaksOff(FakeImap):
    """At the second of three mails, whenever it is asked for."""
    then = "close"

    def give(self, line, seq, uid):
        if uid != 2:
            return super().give(line, seq, uid)
        line.say(self.bytes)
        stop(line, self.then)

    give_header = give


@attack("drips a mail", mails_of_it=2)
class DripsMail(FakeImap):
    def give(self, line, seq, uid):
        if uid != 2:
            return super().give(line, seq, uid)
        line.say(head(seq, uid, 5000))
        drip(line)

    give_header = give


@attack("gives the bytes under another's UID", mails_of_it=2)
class WrongUid(FakeImap):
    def give(self, line, seq, uid):
        if uid != 2:
            return super().give(line, seq, uid)
        line.say(head(seq, 77, 6) + b"evil\r\n)\r\n")

    give_header = give


@attack("gives rows that nobody asked for", mails_of_it=3)
class Chatty(FakeImap):
    def give(self, line, seq, uid):
        line.say(r"* 1 FETCH (FLAGS (\Seen $x) UID 999)")
        line.say(head(9, 4711, 6) + b"evil\r\n)\r\n")
        line.say("* 2 EXPUNGE")
        line.say("* 1 EXISTS")
        line.say("* 0 RECENT")
        super().give(line, seq, uid)


@attack("refuses one mail", mails_of_it=2)
class RefusesOne(FakeImap):
    def do_uid_fetch(self, line, tag, rest):
        if "RFC822.SIZE" not in " ".join(rest) and 2 in self.asked(rest[0]):
            return "NO [SERVERBUG] cannot read it"
        return super().do_uid_fetch(line, tag, rest)


@attack("says OK and gives nothing", mails_of_it=2)
class GivesNothing(FakeImap):
    def give(self, line, seq, uid):
        if uid != 2:
            super().give(line, seq, uid)

    give_header = give


@variants([
    ("sizes beyond all numbers", dict(info="RFC822.SIZE 99999999999999"), None, dict(mails_of_it=3, quarantined=3)),
    ("sizes and dates of nonsense", dict(info='INTERNALDATE "99-Foo-0000 99:99:99 +9999"'), "."),
    ("sizes of 4 GB", dict(info="RFC822.SIZE 4294967295"), None, dict(mails_of_it=3, quarantined=3)),
])
class OddSizes(FakeImap):
    def do_uid_fetch(self, line, tag, rest):
        if "RFC822.SIZE" not in " ".join(rest):
            return super().do_uid_fetch(line, tag, rest)
        for seq, uid in enumerate(self.asked(rest[0]), 1):
            line.say(f"* {seq} FETCH (UID {uid} {self.info})")


@attack("sizes refused", "refused")
class RefusesSizes(FakeImap):
    def do_uid_fetch(self, line, tag, rest):
        return "NO busy" if "RFC822.SIZE" in " ".join(rest) else super().do_uid_fetch(line, tag, rest)


# --- what is done to mails that were taken ---

@variants([
    ("marking refused", dict(verb="store", says="NO over quota"), None, dict(after="flag", mails_of_it=3)),
    ("dies while marking", dict(verb="store", says="close"), None, dict(after="flag", mails_of_it=3)),
    ("marking stalls", dict(verb="store", says="stall"), None, dict(after="flag", mails_of_it=3)),
    ("moving refused", dict(verb="move", says="NO [TRYCREATE] no such folder"), None, dict(after="move", mails_of_it=3)),
    ("dies while moving", dict(verb="move", says="close"), None, dict(after="move", mails_of_it=3)),
    ("moves half of them and dies", dict(verb="move", says="half"), None, dict(after="move", mails_of_it=3)),
    ("dies between copying and deleting", dict(verb="store", says="close", capabilities="IMAP4rev1 UIDPLUS"), None,
     dict(after="move", mails_of_it=3)),
    ("no MOVE, UIDPLUS, IDLE or keywords", dict(verb="none", says="", capabilities="IMAP4rev1", permanentflags=r"\Seen"), None,
     dict(after="move", mails_of_it=3)),
])
class BadAfterwards(FakeImap):
    def other(self, line, verb):
        if verb != self.verb:
            return "OK"
        if self.says == "half":
            del self.mails[1]
            line.say("* 1 EXPUNGE")
        if self.says in ("half", "close", "stall"):
            stop(line, self.says)
        return self.says

    def do_uid_store(self, line, tag, rest):
        return self.other(line, "store")

    def do_uid_move(self, line, tag, rest):
        return self.other(line, "move")


class Floods(FakeImap):
    """Sends `line_` as often as it is taken, in the answer to `at`; `sent` counts bytes."""
    at, text, sent, most = "fetch", b"", 0, 700_000_000

    def flood(self, line):
        block = self.text * max(1, 65536 // len(self.text))
        while self.sent < self.most:
            line.sock.sendall(block)
            self.sent += len(block)

    def do_uid_search(self, line, tag, rest):
        if self.at == "search":
            self.flood(line)
        return super().do_uid_search(line, tag, rest)

    def give(self, line, seq, uid):
        if self.at == "fetch":
            self.flood(line)
        super().give(line, seq, uid)

    def while_idle(self, line):
        if self.at == "idle":
            self.flood(line)


FLOODS = {
    "a line of 600 MB": dict(text=b"x"),
    "a quoted string of 600 MB": dict(text=b"x", first=b'* 1 FETCH (UID 1 BODY[] "'),
    "200,000 rows of flags and more": dict(text=b"* 1 FETCH (FLAGS (\\Seen))\r\n"),
    "rows with a UID": dict(text=b"* 2 FETCH (UID 2)\r\n"),
    "EXPUNGE without end": dict(text=b"* 1 EXPUNGE\r\n"),
    "OK without end": dict(text=b"* OK still here\r\n"),
    "SEARCH without end": dict(at="search", text=b"1 2 3 4 5 6 7 8 9 ", first=b"* SEARCH "),
    "many SEARCHes": dict(at="search", text=b"* SEARCH 1 2 3\r\n"),
    "a literal that is longer than the limit": dict(text=b"y" * 70 + b"\r\n", first=head(1, 1, 600_000_000)),
}


def flooding(name):
    row = dict(FLOODS[name])
    first = row.pop("first", b"")

    def flood(self, line):
        line.say(first)
        Floods.flood(self, line)

    return type("Flooding", (Floods,), dict(row, flood=flood))
