"""zoo.py - damaged, odd and hostile mails, each with what must become of it.

Every specimen is made here, always with the same bytes, and has a name: Zoo(desk).specimens. Its sender is NAME@zoo.example, so that all
that is sent to or about it can be found. What it does not say of itself is the rule (DEFAULT): a mail of a person that opens a case and
is acknowledged. To add one, add a line; `python3 tests/sys/zoo.py DIRECTORY` writes them all as files.
"""
import base64
import io
import pathlib
import sys
import zipfile
import zlib

DEFAULT = {
    "outcome": "opened",   # opened, appended, filed, unverified, duplicate; known: never taken
    "sort": "human",       # class
    "case": None,          # number of the case it lands on, where that is not a new one
    "acked": True,         # an acknowledgement went to the sender
    "files": [],           # names of the attachments; ... : not looked at
    "commands": [],
    "lacks": (),           # words that must not be in what is new
    "told": (),            # words that who works on it must read in our letters
    "untold": (),          # words that may not stand in any letter of ours
}
PDF = b"%PDF-1.4 not really\n"
CANCEL = "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:%s\nBEGIN:VEVENT\nUID:1\nSUMMARY:Talk about pay\nEND:VEVENT\nEND:VCALENDAR\n"


def b64(data, width=76):
    text = base64.b64encode(data).decode()
    return "\n".join(text[i:i + width] for i in range(0, len(text), width)) + "\n"


def part(kind, body, *more):
    return "\n".join([f"Content-Type: {kind}", *more, "", body])


def file(name, data=PDF, kind="application/pdf", disposition=None):
    """A file in base64; `name` as it stands behind filename."""
    return part(kind, b64(data), f"Content-Disposition: {disposition or 'attachment; filename=' + name}", "Content-Transfer-Encoding: base64")


def multi(parts, boundary="b1", subtype="mixed", end=True, more=""):
    """(header, body) of a multipart."""
    body = "".join(f"--{boundary}\n{p}\n" for p in parts) + (f"--{boundary}--\n" if end else "")
    return f'Content-Type: multipart/{subtype}; boundary="{boundary}"{more}\n', body


class Specimen:
    def __init__(self, name, raw, want):
        self.name, self.raw = name, raw
        self.want = {**DEFAULT, "shown": f"The {name} mail", "text": f"Words of {name}.", **want}
        if self.want["sort"] != "human" or self.want["outcome"] != "opened":
            self.want["acked"] = want.get("acked", False)


class Zoo:
    """`known` is a mail of ours to alice.martin on case 1, for the specimens that pretend to answer it."""

    def __init__(self, address="er@test.example", alice="alice.martin@test.example", known=None):
        self.address, self.alice = address, alice
        self.reply_to, self.reply_id = known or ("er+1e1-1-abcdefghijklmnopqrstuvwxyz@test.example",
                                                 "c1.e.o1.abcdefghijklmnopqrstuvwxyz@test.example")
        self.specimens = []
        for group in (self.shape, self.headers, self.nesting, self.lines, self.charsets, self.words, self.boundaries, self.names, self.sealed,
                      self.encodings, self.machines, self.pages, self.threads, self.injections, self.twins):
            group()

    def add(self, name, raw, **want):
        raw = raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else raw
        self.specimens.append(Specimen(name, raw, want))

    def mail(self, name, body=None, head="", sender=None, subject=None, mid=None, to=None, date="Mon, 02 Nov 2026 09:00:00 -0500", wire=True,
             **want):
        """A mail whose headers are in order but for what is given; None leaves a default, "" leaves the field out."""
        fields = [("From", sender, f"Zoo <{name}@zoo.example>"), ("To", to, self.address), ("Subject", subject, f"The {name} mail"),
                  ("Date", date, ""), ("Message-ID", mid, f"<{name}@zoo.example>")]
        text = "".join(f"{k}: {default if v is None else v}\n" for k, v, default in fields if v != "") + head
        text += "\n" + (f"Words of {name}.\n" if body is None else body)
        self.add(name, text.replace("\n", "\r\n") if wire else text, **want)

    def typed(self, name, kind, body=None, more="", **want):
        self.mail(name, body, f"MIME-Version: 1.0\nContent-Type: {kind}\n{more}", **want)

    def parts(self, name, *parts, head="", **want):
        """A multipart/mixed of the words and these parts."""
        h, b = multi([part("text/plain; charset=utf-8", f"Words of {name}.\n"), *parts], **{k: want.pop(k) for k in ("boundary", "end",
            "more", "subtype") if k in want})
        self.mail(name, b, "MIME-Version: 1.0\n" + h + head, **want)

    # --- the whole mail ---
    def shape(self):
        nobody = {"shown": "", "text": "", "acked": False}
        self.add("empty", b"", **nobody)
        self.add("one-byte", b"x", **{**nobody, "text": "x"})
        self.add("one-newline", b"\n", **nobody)
        self.add("nul-only", b"\0" * 4096, **{**nobody, "text": ...})
        self.add("no-header", "Words of no-header.\r\nThey have no header at all.\r\n", shown="", acked=False)
        self.add("no-blank-line", "From: no-blank-line@zoo.example\r\nTo: " + self.address + "\r\nSubject: The no-blank-line mail\r\n"
                 "Words of no-blank-line.\r\n")
        self.mail("header-only", "", text="")
        self.add("header-cut", f"From: header-cut@zoo.example\r\nTo: {self.address}\r\nSubject: The header-cut ma",
                 shown="The header-cut ma", text="")
        self.add("mbox-line", f"From mbox@x Mon Nov  2 10:00:00 2026\r\nFrom: mbox-line@zoo.example\r\nTo: {self.address}\r\n"
                 "Subject: The mbox-line mail\r\n\r\nWords of mbox-line.\r\n")
        self.add("byte-order-mark", b"\xef\xbb\xbfFrom: byte-order-mark@zoo.example\r\nTo: " + self.address.encode() +
                 b"\r\nSubject: The byte-order-mark mail\r\n\r\nWords of byte-order-mark.\r\n")
        self.mail("blank-lines-first", wire=False)
        self.specimens[-1].raw = b"\r\n\r\n" + self.specimens[-1].raw
        self.mail("eight-bit-everywhere", "\udcff\udcfe" * 3000, sender="\udce4\udcf6 <eight-bit-everywhere@zoo.example>",
                  subject="\udcfcber", text=...,
                  shown="über")
        self.mail("nothing-but-files", *self._only_files(), text="", files=["a.pdf", "b.pdf"])

    def _only_files(self):
        head, body = multi([file("a.pdf"), file("b.pdf")])
        return body, head

    # --- single fields of the header ---
    def headers(self):
        m = self.mail
        m("two-subjects", head="Subject: Another one\n")
        m("two-senders-fields", head="From: Other <other@zoo.example>\n", acked=False)
        m("two-ids", head="Message-ID: <other-id@zoo.example>\n")
        m("no-sender", sender="", acked=False)
        m("empty-sender", sender=" ", acked=False)
        m("null-sender", sender="<>", acked=False)
        m("sender-group", sender="Team: sender-group@zoo.example, b@zoo.example;", acked=False)
        m("sender-empty-group", sender="undisclosed:;", acked=False)
        m("sender-two", sender="sender-two@zoo.example, b@zoo.example", acked=False)
        m("sender-comment", sender="sender-comment@zoo.example (A (nested) comment)")
        m("sender-comments-deep", sender="(" * 30000 + "x" + ")" * 30000 + " <sender-comments-deep@zoo.example>")
        m("sender-comments-open", sender="(" * 30000 + " <sender-comments-open@zoo.example>", acked=False)
        m("sender-quoted-comma", sender='"Doe, Jane" <sender-quoted-comma@zoo.example>')
        m("sender-bare-comma", sender="Doe, Jane <sender-bare-comma@zoo.example>", acked=...)
        m("sender-brackets", sender="[HR] Team <sender-brackets@zoo.example>")
        m("sender-at-in-name", sender="boss@test.example <sender-at-in-name@zoo.example>")
        m("sender-two-angles", sender="<lee.okafor@test.example> <sender-two-angles@zoo.example>", acked=False)
        m("sender-name-megabyte", sender="N" * 60000 + " <sender-name-megabyte@zoo.example>")
        m("sender-long-address", sender="<" + "a" * 5000 + "@zoo.example>", acked=False)
        m("sender-controls", sender="Al\x01ice\x1b[31m\x07 <sender-controls@zoo.example>", untold=("\x1b", "\x07", "\x01"))
        m("sender-bidi", sender="\u202eelpmaxe.tset\u202c \u200b\u2066 <sender-bidi@zoo.example>")
        m("sender-homoglyph", sender="L\u0435\u0435 \u041ek\u0430for <lee.ok\u0430for@test.example>", acked=False)
        m("sender-robot", sender="no-reply@zoo.example", acked=False)
        m("sender-daemon", sender="MAILER-DAEMON@zoo.example", sort=..., outcome="filed")
        m("subject-none", subject="", shown="")
        m("subject-blank", subject="   ", shown="")
        m("subject-long", subject="word " * 10000, shown=..., text=...)
        m("subject-controls", subject="a\x00b\x07c\x1b[2Jd\x7fe", shown=..., untold=("\x1b", "\x07"))
        m("subject-folded-oddly", subject="one\n\t\n two\n\tthree", shown="one  two three")
        m("subject-bidi", subject="\u202egnp.exe \u2066\u200b\u00ad", shown=...)
        m("date-none", date="")
        m("date-1900", date="Mon, 01 Jan 1900 00:00:00 +0000")
        m("date-2100", date="Fri, 01 Jan 2100 00:00:00 +0000")
        m("date-year-99999", date="Fri, 01 Jan 99999 00:00:00 +0000")
        m("date-minus", date="-1 -1 -1 -1:-1:-1 -9999")
        m("date-garbage", date="yesterday, after lunch")
        m("date-two", head="Date: Mon, 02 Nov 2020 09:00:00 -0500\n")
        m("received-200", head="Received: from a by b; Mon, 2 Nov 2026 09:00:00 -0500\n" * 200, acked=False)
        m("references-10000", head="References: " + " ".join(f"<{i}@zoo.example>" for i in range(10000)) + "\n")
        m("references-folded-10000", head="References:" + "".join(f"\n <{i}@zoo.example>" for i in range(10000)) + "\n")
        m("in-reply-to-prose", head="In-Reply-To: Your message of Mon, 2 Nov 2026 <not closed\n")
        m("id-none", mid="")
        m("id-empty", mid="<>")
        m("id-huge", mid="<" + "x" * 60000 + "@zoo.example>")
        m("id-blanks", mid="<id \n blanks @ zoo.example>")
        m("id-angles", mid="<<a@b><c@d>>")
        m("id-control", mid="<a\x01\x02b@zoo.example>")
        m("fields-4000", head="X-Field: y\n" * 4000)
        m("fields-100000", body="\nWords of fields-100000.\n", head="X-Field: y\n" * 100000, outcome="opened",
          told=["not all of this mail could be read"])
        m("field-one-megabyte", head="X-Big: " + "z" * 1_000_000 + "\n", told=["not all of this mail could be read"])
        m("field-names-odd", head="Bad Header Name: x\n: empty\nNo colon here\nX\x01Y: z\n")
        m("blank-before-colon", head="Reply-To : other@zoo.example\n")
        m("to-1000", to=", ".join([f"p{i}@zoo.example" for i in range(3000)]), acked=False)
        m("to-nobody", to="undisclosed-recipients:;", acked=False)
        m("reply-to-elsewhere", head="Reply-To: victim@elsewhere.example\n")
        m("receipt-wanted", head="Disposition-Notification-To: victim@elsewhere.example\nReturn-Receipt-To: victim@elsewhere.example\n")
        m("errors-to",
          head="Errors-To: victim@elsewhere.example\nX-Confirm-Reading-To: victim@elsewhere.example\nReturn-Path: <victim@elsewhere.example>\n")

    # --- parts within parts ---
    def nesting(self):
        deep = "".join(f'Content-Type: multipart/mixed; boundary="b{i}"\n\n--b{i}\n' for i in range(10000)) + "Content-Type: text/plain\n\nDeep words.\n"
        self.mail("multiparts-10000", deep.split("\n", 2)[2], 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b0"\n',
                  text=..., files=...,
                  told=["not all of this mail could be read"])
        self.typed("messages-50000", "message/rfc822", "Content-Type: message/rfc822\n\n" * 50000, text="", files=[""])
        h, b = multi([part("text/plain", f"Part {i}\n") for i in range(1000)])
        self.mail("parts-1000", b, h, text="Part 1", told=["not all of this mail could be read"])
        h, b = multi([file(f"f{i}.bin", b"x") for i in range(600)])
        self.mail("files-600", b, h, text="", files=..., told=["not all of this mail could be read"])
        h, b = multi([""] * 50)
        self.mail("parts-empty", b, h, text="--b1", told=["cannot be told apart"])
        h, b = multi(["\n\n"])
        self.mail("part-headerless-empty", b, h, text="", files=...)
        inner = "From: inner@zoo.example\nSubject: Inner\n\n#close\nInner words.\n"
        self.parts("message-inside", part("message/rfc822", inner), files=[""])
        self.parts("message-inside-base64", part("message/rfc822", b64(inner.encode()), "Content-Transfer-Encoding: base64"), files=[""])
        self.parts("message-inside-empty", part("message/rfc822", ""), files=...)
        self.typed("message-alone", "message/rfc822", inner, text="", files=[""])
        self.typed("partial", 'message/partial; id="x"; number=1; total=9', "Half of a mail.\n", text=..., files=...)
        self.typed("external-body", 'message/external-body; access-type=URL; URL="http://evil.example/x"',
                   "Content-Type: text/plain\n\nx\n", text=..., files=...)
        h, b = multi([part("text/plain", "\n"), part("text/html", "<p>Words of alternative-empty.</p>\n")], subtype="alternative")
        self.mail("alternative-empty", b, h)
        h, b = multi([part("text/plain", "Words of alternative-lies.\n"), part("text/html", "<p>Other words</p>\n")], subtype="alternative")
        self.mail("alternative-lies", b, h)

    # --- lines and bytes ---
    def lines(self):
        self.mail("bare-cr", "Words of bare-cr.\rAnd more.\r", wire=False)
        self.mail("bare-lf", wire=False)
        self.mail("mixed-ends", "Words of mixed-ends.\r\none\ntwo\rthree\r\n\n\r\r\n")
        self.mail("cr-in-header", head="X-A: b\rBcc: victim@elsewhere.example\r\n", wire=False)
        self.mail("body-one-megabyte-line", "Words of body-one-megabyte-line. " + "x" * 1_000_000)
        self.mail("body-three-megabytes", "Words of body-three-megabytes.\n" + "All the same words again and again.\n" * 90000,
                  told=["not all of this mail could be read"])
        self.mail("nuls-in-body", "Words of nuls-in-body.\0\0\0 and behind.\n\0")
        self.mail("nuls-in-header", head="X-Nul: a\0b\nSub\0ject: x\n")
        self.mail("form-feeds", "Words of form-feeds.\x0c\x0b\x1b[31m red \x07 \x08\x08\n", untold=("\x1b", "\x07", "\x08"))
        self.mail("control-c1", "Words of control-c1. \x9b31m \x85 \x9f\n")
        self.mail("zalgo", "Words of zalgo. Z" + "\u0335\u0321\u0317" * 20000 + "\n", text=...)
        self.mail("dots", "Words of dots.\n.\n..\n.From\nQUIT\n")
        self.mail("from-lines", "Words of from-lines.\nFrom here on\n>From there\n")

    # --- character sets ---
    def charsets(self):
        def typed(name, charset, data, text, **want):
            self.mail(name, data.decode("ascii", "surrogateescape"), f"MIME-Version: 1.0\nContent-Type: text/plain; charset={charset}\n"
                      "Content-Transfer-Encoding: 8bit\n", text=text, **want)
        typed("charset-unknown", "x-klingon", "Grüße".encode(), "Grüße")
        typed("charset-lies-utf8", "utf-8", "Grüße an alle".encode("latin-1"), "Grüße an alle")
        typed("charset-lies-latin1", "iso-8859-1", "Grüße".encode(), ...)
        typed("charset-lies-ascii", "us-ascii", "Grüße".encode(), "Grüße")
        typed("charset-quoted", "'utf-8'", "Grüße".encode(), "Grüße")
        typed("charset-injection", '"utf-8//TRANSLIT\nX: y"', b"plain", "plain")
        typed("charset-long", "x" * 5000, b"plain", "plain")
        typed("charset-path", "../../../../etc/passwd", b"plain", "plain")
        typed("charset-utf7", "utf-7", b"Hi +AOk- +ADw-script+AD4-", "Hi é")
        typed("charset-utf16-odd", "utf-16", b"\xff\xfeH\0i\0x", "Hi")
        typed("charset-utf32-bad", "utf-32", b"\xff\xff\xff\xff" * 9, ...)
        typed("charset-2022jp-cut", "iso-2022-jp", b"\x1b$B$3$s$K$A$O", "こんに")
        typed("charset-gb-cut", "gb18030", "你好".encode("gb18030")[:-1], "你")
        typed("charset-overlong", "utf-8", b"\xc0\xaf \xe0\x80\xaf \xed\xa0\x80 \xf4\x90\x80\x80 words", "words")

    # --- encoded words ---
    def words(self):
        def named(name, subject, want):
            self.mail(name, subject=subject, shown=want)
        named("word-split-character", "=?utf-8?B?w5xiZXJzdMO=?= =?utf-8?B?vG5kZW4=?=", "Überstünden")
        named("word-no-end", "=?utf-8?Q?open", "=?utf-8?Q?open")
        named("word-no-blank", "Re:=?utf-8?Q?Gr=C3=BC=C3=9Fe?=an", "Re:Grüßean")
        named("word-unknown-charset", "=?x-none?Q?Gr=FC=DFe?=", "Grüße")
        named("word-bad-base64", "=?utf-8?B?!!!!####?= x", ...)
        named("word-newline", "=?utf-8?Q?a=0D=0ABcc=3A_victim=40elsewhere.example=0D=0A=0D=0Ax?=", ...)
        named("word-nested", "=?utf-8?Q?=3D=3Futf-8=3FQ=3Fx=3F=3D?=", "=?utf-8?Q?x?=")
        named("word-3000", " ".join("=?utf-8?B?w6k=?=" for _ in range(3000)), ...)
        named("word-language", "=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße")
        named("word-utf7", "=?utf-7?Q?+ADw-b+AD4-?=", ...)
        named("word-half", "=?utf-8?Q?=?= =?utf-8?Q??= =?=?=?=?=", ...)

    # --- boundaries ---
    def boundaries(self):
        p = self.parts
        p("boundary-no-end", file("a.pdf"), end=False, files=["a.pdf"])
        p("boundary-spaces", file("a.pdf"), boundary="b 1", files=["a.pdf"])
        p("boundary-odd-characters", boundary="=_'()+,-./:=?")
        p("boundary-long", boundary="b" * 5000)
        h, b = multi([part('multipart/alternative; boundary="b1x"', "--b1x\n" + part("text/plain",
            "Words of boundary-prefix.\n") + "\n--b1x--\n"), file("a.pdf")])
        self.mail("boundary-prefix", b, h, files=["a.pdf"])
        h, b = multi([part('multipart/alternative; boundary="b1"', "--b1\n" + part("text/plain",
            "Words of boundary-same.\n") + "\n--b1--\n"), file("a.pdf")])
        self.mail("boundary-same", b, h, files=...)
        self.typed("boundary-quote", 'multipart/mixed; boundary="\\""', '--"\nContent-Type: text/plain\n\nWords of boundary-quote.\n--"--\n')
        self.typed("boundary-none", "multipart/mixed", "--b1\nContent-Type: text/plain\n\nWords of boundary-none.\n--b1--\n")
        self.typed("boundary-wrong", "multipart/mixed; boundary=b9", "--b1\nContent-Type: text/plain\n\nWords of boundary-wrong.\n--b1--\n")
        self.typed("boundary-empty", 'multipart/mixed; boundary=""', "--\nContent-Type: text/plain\n\nWords of boundary-empty.\n----\n")
        self.typed("type-empty", "", more="")
        self.typed("type-word", "text")
        self.typed("type-garbage", "////;;;===\"\"\"", text=..., files=...)
        self.typed("type-semicolons", "text/plain;; charset=utf-8;;;")
        self.typed("type-twice", "text/html", more="Content-Type: text/plain\n")
        self.typed("type-star", "*/*", text=..., files=...)
        self.typed("type-unknown-text", "text/x-odd", text=..., files=...)
        self.typed("parameters-3000", "text/plain" + "; a=b" * 3000)

    # --- names of files ---
    def names(self):
        def named(name, filename, *want):
            self.parts(name, file(filename), files=list(want))
        named("name-2231", "x.pdf; filename*=utf-8''K%C3%BCndigung.pdf", "Kündigung.pdf")
        self.parts("name-2231-shuffled", file("",
                                              disposition="attachment; filename*2=.pdf; filename*0*=utf-8''K%C3%BC; filename*1=ndigung"),
                                              files=["Kündigung.pdf"])
        self.parts("name-2231-mixed", file("", disposition="attachment; filename*0*=iso-8859-1'de'K%FC; filename*1=%41; filename*2*=%42"),
                   files=["Kü%41B"])
        self.parts("name-2231-percent-damage", file("", disposition="attachment; filename*=utf-8''a%ZZ%4%"), files=["a%ZZ%4%"])
        self.parts("name-2231-1000", file("", disposition="attachment; " + "; ".join(f"filename*{i}=x" for i in range(1000))), files=["x" * 100])
        self.parts("name-2231-gap", file("", disposition="attachment; filename*0=a; filename*2=c"), files=["a"])
        self.parts("name-2231-charset-lies", file("", disposition="attachment; filename*=utf-8''K%FCndigung"), files=["Kündigung"])
        named("name-encoded-word", '"=?utf-8?B?S8O8bmRpZ3VuZy5wZGY=?="', "Kündigung.pdf")
        named("name-raw-latin1", '"K\udcfcndigung.pdf"', "Kündigung.pdf")
        named("name-path", '"../../../etc/passwd"', "passwd")
        named("name-path-windows", '"C:\\windows\\system32\\cmd.exe"', "cmd.exe")
        named("name-dots", '".."', "")
        named("name-device", '"con.txt"', "con.txt")
        named("name-300", '"' + "ü" * 300 + '.pdf"', ...)
        self.specimens[-1].want["files"] = ...
        named("name-controls", '"a\x01b\x1b[31m\tc.pdf"', ...)
        self.specimens[-1].want["files"] = ...
        named("name-bidi", '"invoice\u202efdp.exe"', "invoicefdp.exe")
        named("name-newline", '"=?utf-8?Q?a=0D=0Ab.pdf?="', "a b.pdf")
        named("name-template", '"{{owner}}<b>.pdf"', "{{owner}}<b>.pdf")
        named("name-nul", '"=?utf-8?Q?a=00b.pdf?="', "a\ufffdb.pdf")
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as z:
            z.writestr(zipfile.ZipInfo("zeros"), bytes(20_000_000), zipfile.ZIP_DEFLATED)
        self.parts("zip-bomb", file("bomb.zip", bomb.getvalue(), "application/zip"), files=["bomb.zip"])
        self.parts("gzip-encoded", part("text/plain", b64(zlib.compress(b"hidden words")), "Content-Encoding: gzip",
                                        "Content-Transfer-Encoding: base64"), text=...)

    # --- what cannot be read here ---
    def sealed(self):
        def told(words):
            return {"text": ..., "told": [words, "kept as it came"]}
        self.typed("smime-encrypted", 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"', b64(b"0\x80" * 99),
                   "Content-Transfer-Encoding: base64\n", files=["smime.p7m"], **told("This mail is encrypted"))
        self.typed("smime-no-type", 'application/x-pkcs7-mime; name="smime.p7m"', b64(b"0\x80" * 99), "Content-Transfer-Encoding: base64\n",
                   files=["smime.p7m"], **told("This mail is encrypted"))
        self.typed("smime-opaque", 'application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"', b64(b"0\x80" * 99),
                   "Content-Transfer-Encoding: base64\n", files=["smime.p7m"], **told("inside a signature"))
        h, b = multi([part("text/plain", "Words of smime-signed.\n"), part('application/pkcs7-signature; name="smime.p7s"', b64(b"0"),
            "Content-Transfer-Encoding: base64")],
                     subtype="signed", more="; protocol=\"application/pkcs7-signature\"")
        self.mail("smime-signed", b, h, files=["smime.p7s"], untold=["cannot be read here"])
        h, b = multi([part("application/pgp-encrypted", "Version: 1\n"), part('application/octet-stream; name="encrypted.asc"',
            "-----BEGIN PGP MESSAGE-----\n\nhQ\n-----END PGP MESSAGE-----\n")],
                     subtype="encrypted", more='; protocol="application/pgp-encrypted"')
        self.mail("pgp-encrypted", b, h, files=["", "encrypted.asc"], **told("This mail is encrypted"))
        self.mail("pgp-inline", "-----BEGIN PGP MESSAGE-----\n\nhQEMA1234567890abcdef\n=abcd\n-----END PGP MESSAGE-----\n",
                  **told("This mail is encrypted"), untold=["hQEMA1234567890"])
        self.mail("pgp-clear-signed",
                  "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nWords of pgp-clear-signed.\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n",
                  lacks=["iQEz"], untold=["iQEz"])
        self.parts("tnef", file("winmail.dat", b"\x78\x9f\x3e\x22" + bytes(99), "application/ms-tnef"), files=["winmail.dat"],
                   told=["winmail.dat", "kept as it came"])
        self.typed("tnef-alone", 'application/ms-tnef; name="winmail.dat"', b64(b"\x78\x9f\x3e\x22" + bytes(99)),
                   "Content-Transfer-Encoding: base64\n",
                   files=["winmail.dat"], text="", told=["winmail.dat", "kept as it came"])
        self.parts("rpmsg", file("message.rpmsg", b"v\xe8(", "application/x-microsoft-rpmsg-message"), files=["message.rpmsg"],
                   told=["encrypted and cannot be read here"])

    # --- transfer encodings ---
    def encodings(self):
        def coded(name, encoding, body, text, **want):
            self.mail(name, body, f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n",
                      text=text, **want)
        coded("base64-junk", "base64", "V29y!!ZHMgb2Yg\nYmFzZTY0\n", "Words of base64")
        coded("base64-lies", "base64", "These are plain words.\nNo base64 at all.\n", "These are plain words.\nNo base64 at all.")
        coded("base64-unpadded", "base64", "V29yZHM", "Words")
        coded("base64-footer", "base64", b64("Wörds of it.".encode()) + "\n____\nList footer, not base64.\n", "Wörds of it.")
        coded("base64-empty", "base64", "====\n", "")
        coded("qp-invalid", "quoted-printable", 'Words x="1" =ZZ =\n= =4\n', 'Words x="1"')
        coded("qp-soft-only", "quoted-printable", "=\n" * 1000 + "Words", "Words")
        coded("qp-lower", "QUOTED-PRINTABLE", "Gr=c3=bc=c3=9fe", "Grüße")
        coded("encoding-unknown", "x-none", "Words of it.", "Words of it.")
        coded("encoding-garbage", '"; rm -rf', "Words of it.", "Words of it.")
        self.mail("uuencode", "Words of uuencode.\nbegin 644 cat.txt\n#0V%T\n`\nend\nMore.\n", files=["cat.txt"])
        self.mail("uuencode-cut", "Words of uuencode-cut.\nbegin 644 cat.txt\n#0V%T\n", files=...)
        self.mail("uuencode-path", "Words of uuencode-path.\nbegin 644 ../../.ssh/keys\n#0V%T\n`\nend\n", files=["keys"])
        self.mail("yenc", "Words of yenc.\n=ybegin line=128 size=3 name=cat.bin\n\udc8d\udc9e\udc9f\n=yend size=3\n", text="Words of yenc.")

    # --- mail of machines ---
    def machines(self):
        self.typed("invitation", "text/calendar; method=REQUEST", CANCEL % "REQUEST", text=..., files=[""], acked=...)
        self.typed("invitation-reply", "text/calendar; method=REPLY", CANCEL % "REPLY", text=..., files=[""], sort="auto", outcome="filed")
        h, b = multi([part("text/plain", "A mail could not be delivered.\n"), part("message/delivery-status",
            "Final-Recipient\n\nAction failed\nStatus: 9.9.9.9\n\n\n\n")],
                     subtype="report", more="; report-type=delivery-status")
        self.mail("dsn-damaged", b, h, sender="MAILER-DAEMON@zoo.example", sort="bounce", outcome="filed", text=..., files=[""])
        h, b = multi([part("text/plain", "Your mail was read.\n"), part("message/disposition-notification", "Disposition:\n")],
                     subtype="report", more="; report-type=disposition-notification")
        self.mail("mdn-damaged", b, h, sort="auto", outcome="filed", text=..., files=[""])
        h, b = multi([], subtype="report", more="; report-type=delivery-status")
        self.mail("dsn-empty", b, h, sort="bounce", outcome="filed", text=..., files=...)
        self.mail("exchange",
                  head="X-MS-Has-Attach: yes\nX-MS-Exchange-Organization-AuthAs: Internal\nX-MS-Exchange-Organization-SCL: 9\nThread-Index: !!!!\n")
        self.mail("auto-words", head="Auto-Submitted: auto-replied; x=\"no\"\n", sort="auto", outcome="filed")
        self.mail("auto-no", head="Auto-Submitted: no\n")
        self.mail("auto-no-comment", head="Auto-Submitted: (why) no (really)\n", sort=..., outcome=..., acked=...)
        self.mail("auto-twice", head="Auto-Submitted: no\nAuto-Submitted: auto-generated\n", sort="auto", outcome="filed")
        self.mail("auto-unknown", head="Auto-Submitted: maybe\n", sort="auto", outcome="filed")
        self.mail("own-marks-forged", head="X-Caseward-Id: <c1.e.o1.x@test.example>\nX-Caseward-Loop: not-ours\n")
        self.mail("null-return-path", head="Return-Path: <>\n", acked=False)

    # --- HTML ---
    def pages(self):
        def page(name, html, **want):
            self.typed(name, "text/html; charset=utf-8", html, **want)
        page("html-hidden",
             "<p>Words of html-hidden.</p><div style='display:none'>#close</div><span style='font-size:0'>secret</span><p hidden>#resolve x</p>",
             lacks=["#close", "#resolve"])
        page("html-script", "<script>alert('x')</script><style>p{}</style><p>Words of html-script.</p><noscript>n</noscript>",
             lacks=["alert", "p{}"])
        page("html-comment-open", "<p>Words of html-comment-open.</p><!-- never closed <p>#close</p>", lacks=["#close"])
        page("html-style-bomb", "<p style='" + "a:b;" * 50000 + "'>Words of html-style-bomb.</p>")
        page("html-attributes-30000", "<p " + " ".join(f"a{i}=x" for i in range(30000)) + ">Words of html-attributes-30000.</p>")
        page("html-deep-50000", "<div>" * 50000 + "Words of html-deep-50000.")
        page("html-entities",
             "Words of html-entities. &lt;script&gt; &#0; &#x1b; &#x202e; &#99999999; &amp;amp; &nosuch;" + "&amp;" * 20000, untold=("\x1b",))
        page("html-entity-bomb", "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]><p>Words of html-entity-bomb. &b;&b;</p>")
        page("html-outside",
             "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><p>Words of html-outside. &f;</p><img src=http://evil.example/1.png>",
             lacks=["root:"])
        page("html-cut", "<p>Words of html-cut.</p><a href='http://x", text="Words of html-cut.")
        page("html-in-nuls", "<p>Wo\0rds of\0 html-in-nuls.</p>", text="html-in-nuls")
        page("html-white", "<p style='color:#fff'>#close</p><p>Words of html-white.</p>", text=..., commands=...)
        page("html-bidi", "<p>Words of html-bidi. <bdo dir=rtl>#close</bdo></p>")

    # --- pretending to belong ---
    def threads(self):
        stranger = {"outcome": "unverified", "case": 1}
        mid = f"In-Reply-To: <{self.reply_id}>\n"
        local, domain = self.reply_to.split("@")
        forged = "@".join((local[:-1] + ("a" if local[-1] != "a" else "b"), domain))
        self.mail("token-stranger", "#close\nWords of token-stranger.\n", subject="Re: [ER-000001] Your payslip", shown=..., **stranger,
                  commands=...)
        self.mail("token-in-body", "Words of token-in-body. See [ER-000001].\n")
        self.mail("token-in-html", "<p>Words of token-in-html. [ER-000001]</p>", "Content-Type: text/html\n")
        self.mail("token-none-such", subject="[ER-999999] hello", shown="[ER-999999] hello")
        self.mail("token-zero", subject="[ER-000000] hello", shown="[ER-000000] hello")
        self.mail("token-overflow", subject="[ER-99999999999999999999] hello", shown=...)
        self.mail("token-full-width", subject="［ＥＲ－０００００１］ hello", shown=..., outcome=..., case=..., acked=...)
        self.mail("token-split-word", subject="=?utf-8?Q?[ER-00?= =?utf-8?Q?0001]?= hello", shown="[ER-000001] hello", **stranger)
        self.mail("token-two", subject="[ER-000001] [ER-000002] hello", shown=..., outcome="unverified", case=..., told=())
        self.mail("token-in-name", sender='"[ER-000001]" <token-in-name@zoo.example>')
        self.mail("key-forged", to=forged, acked=True)
        self.mail("id-forged", head="In-Reply-To: <c1.e.o1.aaaaaaaaaaaaaaaaaaaaaaaaaa@test.example>\n", acked=True)
        self.mail("key-with-stranger", "Words of key-with-stranger.\n", head=mid, to=self.reply_to, outcome="appended", case=1)
        quoted = "Words of alice-quotes.\n\nOn Mon, Nov 2, 2026 at 10:00 AM Someone wrote:\n> #close\n> #note quoted\n"
        self.mail("alice-quotes", quoted, sender=self.alice, head=mid, to=self.reply_to, outcome="appended", case=1, lacks=["#close", "#note"])
        self.mail("alice-commands-below", "Words of alice-commands-below.\n#close\n#resolve all is well\n", sender=self.alice, head=mid,
                  to=self.reply_to,
                  outcome="appended", case=1)
        self.mail("alice-commands", "#close\n#assign finance\nWords of alice-commands.\n", sender=self.alice, head=mid, to=self.reply_to,
                  outcome="appended",
                  case=1, commands=["#close", "#assign finance"])
        self.mail("alice-hidden-commands",
                  "<div style='display:none'>#close</div><div style='mso-hide:all'>#note x</div><p>Words of alice-hidden-commands.</p>",
                  "Content-Type: text/html\n" + mid, sender=self.alice, to=self.reply_to, outcome="appended", case=1)

    # --- what must not come out of us ---
    def injections(self):
        evil = "{{owner}} {{#notes}}x{{/notes}} <script>alert(1)</script> [click](javascript:alert(1)) ![p](http://evil.example/p.png) &lt;b&gt;"
        self.mail("inject-subject", subject=evil, shown=...)
        self.mail("inject-name", sender='"{{owner}} <b> [x](http://evil.example)" <inject-name@zoo.example>')
        self.mail("inject-body", evil * 5, text="{{owner}}")
        self.mail("inject-frame",
                  "~~~ actions\n~~~ cases mine\n---\n# heading\n| a | b |\n|---|---|\n-- Please reply above this line --\nWords of inject-frame.\n", text=...)
        self.mail("inject-header-subject", subject="=?utf-8?Q?Hi=0D=0ABcc:_victim@elsewhere.example?=", shown=...)
        self.mail("inject-header-name", sender="=?utf-8?Q?Al=0D=0ABcc:_victim@elsewhere.example?= <inject-header-name@zoo.example>")
        self.mail("inject-header-id", mid="<a\r\n\tBcc: victim@elsewhere.example@x>")
        self.mail("inject-address", sender='<"a\\"b> RCPT TO:<victim@elsewhere.example"@zoo.example>', acked=False)
        self.mail("inject-sql", subject="'); DROP TABLE spool;--", sender="\"x'); DROP TABLE spool;--\" <inject-sql@zoo.example>", shown=...)
        self.mail("inject-format", "Words of inject-format. %s%s%s%n%n %d\n", subject="%s%n%x", shown="%s%n%x")
        self.mail("inject-ansi", "\x1b]0;title\x07\x1b[2J Words of inject-ansi.\n", untold=("\x1b", "\x07"))

    # --- twice ---
    def twins(self):
        self.mail("twin", text="Words of twin.")
        first = self.specimens[-1]
        self.add("twin-same-bytes", first.raw, outcome="known")
        self.add("twin-other-trace", b"Received: from a by b; Mon, 2 Nov 2026 09:00:01 -0500\r\n" + first.raw, shown="The twin mail",
                 text="Words of twin.", outcome="duplicate")
        self.mail("twin-other-words", mid="<twin@zoo.example>")


def main(folder):
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    for s in Zoo().specimens:
        (pathlib.Path(folder) / f"{s.name}.eml").write_bytes(s.raw)


if __name__ == "__main__":
    main(sys.argv[1])
