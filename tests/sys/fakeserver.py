"""fakeserver.py - servers that follow a script, for what no honest server does. Loopback only; they end with their block."""
import contextlib
import socket
import ssl
import threading


class Fake:
    """Serves each connection in a thread by `talk`; keeps the lines that it heard."""

    def __init__(self, cert=None, tls=False):
        self.cert, self.tls = cert, tls
        self.heard, self.connections, self._open = [], 0, []
        self._listen = socket.create_server(("127.0.0.1", 0))
        self.port = self._listen.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *unused):
        for s in [self._listen, *self._open]:
            with contextlib.suppress(OSError):
                s.shutdown(socket.SHUT_RDWR)
            s.close()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                s, _ = self._listen.accept()
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.connections += 1
                self._open.append(s)
                threading.Thread(target=self._one, args=(s,), daemon=True).start()

    def _one(self, s):
        with contextlib.suppress(OSError, EOFError):
            line = Lines(s, self.heard)
            if self.tls:
                line.start_tls(self.cert)
            self.talk(line)
        with contextlib.suppress(OSError):
            line.sock.close()

    def talk(self, line):
        raise NotImplementedError


class Lines:
    """A connection as lines."""

    def __init__(self, sock, heard):
        self.sock, self.heard, self.buf = sock, heard, b""

    def start_tls(self, cert):
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        c.load_cert_chain(*cert)
        self.sock, self.buf = c.wrap_socket(self.sock, server_side=True), b""

    def say(self, text):
        self.sock.sendall(text if isinstance(text, bytes) else text.encode() + b"\r\n")

    def hear(self):
        while b"\n" not in self.buf:
            got = self.sock.recv(65536)
            if not got:
                raise EOFError
            self.buf += got
        line, self.buf = self.buf.split(b"\n", 1)
        text = line.rstrip(b"\r").decode(errors="replace")
        self.heard.append(text)
        return text

    def stall(self):
        """Say nothing more; over when the other side or the test ends."""
        while self.sock.recv(65536):
            pass


class FakeSmtp(Fake):
    """Answers from a table: greeting, ehlo, starttls, auth, mail, rcpt, data, dot, quit. A value is the reply; "close" hangs up and
    "stall" falls silent. `extensions` is what EHLO offers."""

    answers = dict(greeting="220 fake", starttls="220 go", auth="235 ok", mail="250 ok", rcpt="250 ok", data="354 go", dot="250 queued",
                   quit="221 bye", rset="250 ok")

    def __init__(self, cert=None, extensions=(), **answers):
        super().__init__(cert)
        self.answers = {**FakeSmtp.answers, **answers}
        self.extensions, self.mails = list(extensions), []

    def _answer(self, line, what):
        reply = self.answers[what]
        if reply == "close":
            raise EOFError
        if reply == "stall":
            line.stall()
            raise EOFError
        line.say(reply)
        return reply

    def talk(self, line):
        self._answer(line, "greeting")
        tls = False
        while True:
            verb = line.hear().split(" ")[0].split(":")[0].upper()
            if verb in ("EHLO", "HELO"):
                offers = [e for e in self.extensions if e != "STARTTLS" or not tls]
                for e in ["fake", *offers][:-1]:
                    line.say("250-" + e)
                line.say("250 " + (["fake", *offers])[-1])
            elif verb == "STARTTLS":
                if self._answer(line, "starttls").startswith("220"):
                    line.start_tls(self.cert)
                    tls = True
            elif verb == "DATA":
                if self._answer(line, "data").startswith("354"):
                    self._take(line)
            else:
                self._answer(line, verb.lower() if verb.lower() in self.answers else "rset")
                if verb == "QUIT":
                    return

    def _take(self, line):
        mail, size = [], 0
        while True:
            text = line.hear()
            self.heard.pop()
            if text == ".":
                break
            mail.append(text)
            size += len(text)
            if self.answers.get("middata") and size > 20000:
                raise EOFError
        self.mails.append("\r\n".join(mail))
        self._answer(line, "dot")


class FakeImap(Fake):
    """Just enough IMAP for a source. `mails` is {uid: bytes}; overrides are methods of a subclass, by the name of the command."""

    capabilities = "IMAP4rev1 UIDPLUS MOVE IDLE"
    permanentflags = r"\Seen \Deleted \*"
    uidvalidity = 7

    def __init__(self, mails, cert=None, **kw):
        super().__init__(cert, **kw)
        self.mails = dict(mails)

    def talk(self, line):
        line.say(f"* OK [CAPABILITY {self.capabilities}] fake")
        while True:
            words = line.hear().split(" ")
            if len(words) < 2:
                return
            tag, verb, rest = words[0], words[1].upper(), words[2:]
            if verb == "UID":
                verb, rest = "UID_" + rest[0].upper(), rest[1:]
            answer = getattr(self, "do_" + verb.lower(), self.do_other)(line, tag, rest)
            line.say(f"{tag} {answer or 'OK done'}")
            if verb == "LOGOUT":
                return

    def do_other(self, line, tag, rest):
        return "OK done"

    def do_capability(self, line, tag, rest):
        line.say(f"* CAPABILITY {self.capabilities}")

    def do_authenticate(self, line, tag, rest):
        line.say("+ ")
        line.hear()

    def do_select(self, line, tag, rest):
        line.say(f"* {len(self.mails)} EXISTS")
        line.say(f"* OK [PERMANENTFLAGS ({self.permanentflags})] flags")
        line.say(f"* OK [UIDVALIDITY {self.uidvalidity}] valid")
        return "OK [READ-WRITE] selected"

    do_examine = do_select

    def do_uid_search(self, line, tag, rest):
        wanted = sorted(self.mails)
        if len(rest) == 2 and rest[0] == "UID" and rest[1].isdigit():
            wanted = [u for u in wanted if u == int(rest[1])]
        line.say("* SEARCH " + " ".join(map(str, wanted)) if wanted else "* SEARCH")

    def asked(self, spec):
        uids = set()
        for part in spec.split(","):
            low, _, high = part.partition(":")
            uids.update(u for u in self.mails if int(low) <= u <= int(high or low))
        return sorted(uids)

    def do_uid_fetch(self, line, tag, rest):
        for seq, uid in enumerate(sorted(self.mails), 1):
            if uid not in self.asked(rest[0]):
                continue
            if "RFC822.SIZE" in " ".join(rest):
                line.say(f'* {seq} FETCH (INTERNALDATE "03-Nov-2026 10:00:00 +0100" RFC822.SIZE {self.size(uid)} UID {uid})')
            elif "HEADER" in " ".join(rest):
                self.give_header(line, seq, uid)
            else:
                self.give(line, seq, uid)

    def size(self, uid):
        return len(self.mails[uid])

    def give(self, line, seq, uid):
        mail = self.mails[uid]
        line.say(b"* %d FETCH (UID %d BODY[] {%d}\r\n" % (seq, uid, len(mail)) + mail + b")\r\n")

    def give_header(self, line, seq, uid):
        head = self.mails[uid].split(b"\r\n\r\n")[0] + b"\r\n\r\n"
        line.say(b"* %d FETCH (UID %d BODY[HEADER] {%d}\r\n" % (seq, uid, len(head)) + head + b")\r\n")

    def do_idle(self, line, tag, rest):
        line.say("+ idling")
        self.while_idle(line)
        line.hear()  # DONE

    def while_idle(self, line):
        pass
