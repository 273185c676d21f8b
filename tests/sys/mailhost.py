"""mailhost.py - a private mail server on loopback: Postfix delivers by LMTP into Dovecot.

Everything lives in one temporary folder; nothing in /etc is read or changed, and only processes started here are stopped. Any
user@anything.example exists, with the password "pw"; user+anything@... goes to user; mail to anybody@gone.example comes back.
IMAP with STARTTLS and with implicit TLS, SMTP with STARTTLS and AUTH, both with a certificate for localhost and 127.0.0.1 by an
own authority (`ca`).

As a program: `mailhost.py DIR` starts one, prints its ports as JSON, and stops it at end of input.
"""
import contextlib
import grp
import imaplib
import json
import os
import pathlib
import pwd
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import time

PASSWORD = "pw"
USER = "nobody"  # whose files the mailboxes are
SECONDS = 30  # the longest that anything here may take

DOVECOT = """
base_dir = {dir}/dovecot/run
state_dir = {dir}/dovecot/state
instance_name = caseward-test
log_path = {dir}/dovecot/log
listen = 127.0.0.1
protocols = imap lmtp
ssl = yes
ssl_cert = <{dir}/pki/good.crt
ssl_key = <{dir}/pki/good.key
ssl_dh =
disable_plaintext_auth = no
auth_mechanisms = plain login{mechanisms}
auth_username_format = %Ln
mail_location = maildir:{dir}/mail/%n
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
mail_max_userip_connections = 100
recipient_delimiter = +
default_process_limit = 400
default_client_limit = 4000
mail_fsync = never
{tokens}passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={dir}/mail/%n allow_all_users=yes
}}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service imap {{
  process_limit = 400
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {auth}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
auth_failure_delay = 0
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""

# With `tokeninfo`: logins by OAuth2, for which Dovecot asks that address about each token.
TOKENS = """passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {dir}/dovecot/oauth2.conf
}}
"""

POSTFIX_MAIN = """
compatibility_level = 3.6
queue_directory = {dir}/spool
data_directory = {dir}/data
daemon_directory = {daemons}
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mx.test.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = regexp:{dir}/postfix/domains
transport_maps = regexp:{dir}/postfix/transport
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
lmtp_destination_recipient_limit = 1
recipient_delimiter = +
maillog_file = {dir}/postfix-log/log
maillog_file_prefixes = {dir}
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_tls_cert_file = {dir}/pki/good.crt
smtpd_tls_key_file = {dir}/pki/good.key
smtpd_tls_security_level = may
smtpd_recipient_restrictions = regexp:{dir}/postfix/refuse, permit_mynetworks, reject
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth}
smtpd_sasl_authenticated_header = yes
smtpd_tls_auth_only = yes
smtpd_reject_unlisted_recipient = no
smtpd_error_sleep_time = 0
smtp_dns_support_level = disabled
relay_transport = error:no outside
default_transport = error:no outside
alias_maps =
alias_database =
local_recipient_maps =
message_size_limit = 60000000
mailbox_size_limit = 0
virtual_mailbox_limit = 0
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
"""

# service type private unpriv chroot wakeup maxproc command
POSTFIX_MASTER = """
127.0.0.1:{smtp} inet n - n - 100 smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


def free_ports(n):
    """n ports that nobody listens on now."""
    held = []
    for _ in range(n):
        s = socket.socket()
        s.bind(("127.0.0.1", 0))
        held.append(s)
    ports = [s.getsockname()[1] for s in held]
    for s in held:
        s.close()
    return ports


def wait_for(what, ready, seconds=SECONDS):
    """Ask `ready` again and again until it gives something true."""
    end = time.monotonic() + seconds
    while True:
        found = ready()
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.02)


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


class Pki:
    """An authority and server certificates in a folder: good, wrong (host), untrusted (authority), expired, soon (in 9 days)."""

    def __init__(self, folder):
        self.dir = pathlib.Path(folder)
        self.dir.mkdir(parents=True, exist_ok=True)
        for ca in ("ca", "evilca"):
            self._openssl("req", "-x509", *KEY, "-keyout", f"{ca}.key", "-out", f"{ca}.crt", "-days",
                          "30", "-subj", f"/CN=caseward test {ca}", "-addext", "basicConstraints=critical,CA:TRUE",
                          "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        self._sign("good", "localhost", "127.0.0.1", "ca", "-days", "30")
        self._sign("wrong", "other.example", "10.9.9.9", "ca", "-days", "30")
        self._sign("untrusted", "localhost", "127.0.0.1", "evilca", "-days", "30")
        self._sign("soon", "localhost", "127.0.0.1", "ca", "-days", "9")
        self._sign("expired", "localhost", "127.0.0.1", "ca", "-days", "-1")
        self.ca = str(self.dir / "ca.crt")

    def _openssl(self, *args):
        subprocess.run(["openssl", *args], cwd=self.dir, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def _sign(self, name, host, ip, ca, *days):
        (self.dir / f"{name}.ext").write_text(f"subjectAltName=DNS:{host},IP:{ip}\nextendedKeyUsage=serverAuth\n")
        self._openssl("req", *KEY, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={host}")
        self._openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.crt", "-CAkey", f"{ca}.key", "-CAcreateserial", "-out",
                      f"{name}.crt", "-extfile", f"{name}.ext", *days)

    def cert(self, name):
        return str(self.dir / f"{name}.crt"), str(self.dir / f"{name}.key")


class Mailhost:
    """Start with start() or as a context manager; see the module's docstring."""

    def __init__(self, folder=None, tokeninfo=""):
        self.tokeninfo = tokeninfo
        self._temp = None if folder else tempfile.TemporaryDirectory(prefix="caseward-mail-")
        self.dir = pathlib.Path(folder or self._temp.name).resolve()
        self.imap_port, self.imaps_port, self.lmtp_port, self.smtp_port, self.auth_port = free_ports(5)
        self.servers = []

    # --- start and stop ---
    def start(self):
        self.dir.mkdir(parents=True, exist_ok=True)
        self.dir.chmod(0o755)
        self.pki = Pki(self.dir / "pki")
        self.ca = self.pki.ca
        self._make_folders()
        self._write_settings()
        self._run("dovecot", "-F", "-c", str(self.dir / "dovecot/dovecot.conf"))
        # Not "postfix start": its scripts check for seconds what was made a moment ago.
        self._run(self._daemons() + "/master", "-c", str(self.dir / "postfix"))
        try:
            wait_for("Dovecot listens", lambda: listens(self.imap_port) and listens(self.lmtp_port))
            wait_for("Postfix listens", lambda: listens(self.smtp_port))
        except TimeoutError as e:
            self.stop()
            raise RuntimeError(f"{e}: {self.logs()}") from e
        return self

    def stop(self):
        for server in self.servers:  # they take their children along
            server.terminate()
        for server in self.servers:
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(10)
        self.servers = []
        if self._temp:
            with contextlib.suppress(OSError):
                self._temp.cleanup()

    __enter__ = start

    def __exit__(self, *unused):
        self.stop()

    def _run(self, *args):
        """As a child that ends with us, however we end."""
        self.servers.append(subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *args], stdin=subprocess.DEVNULL,
                                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True))

    def _make_folders(self):
        for d in ("dovecot/run", "dovecot/state", "mail", "postfix", "postfix-log", "spool", "data"):
            (self.dir / d).mkdir(parents=True, exist_ok=True)
        os.chown(self.dir / "mail", pwd.getpwnam(USER).pw_uid, -1)
        for key in self.dir.glob("pki/*.key"):
            key.chmod(0o600)
        self._make_queue(pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postdrop").gr_gid)

    def _make_queue(self, postfix, postdrop):
        os.chown(self.dir / "data", postfix, -1)
        for d in "active bounce corrupt defer deferred flush hold incoming private saved trace".split():
            (self.dir / "spool" / d).mkdir(mode=0o700)
            os.chown(self.dir / "spool" / d, postfix, -1)
        (self.dir / "spool/pid").mkdir()
        for d, mode in (("maildrop", 0o1730), ("public", 0o2710)):
            (self.dir / "spool" / d).mkdir()
            os.chown(self.dir / "spool" / d, postfix, postdrop)
            (self.dir / "spool" / d).chmod(mode)

    @staticmethod
    def _daemons():
        return next(d for d in ("/usr/lib/postfix/sbin", "/usr/libexec/postfix") if os.path.isdir(d))

    def _write_settings(self):
        values = dict(dir=self.dir, imap=self.imap_port, imaps=self.imaps_port, lmtp=self.lmtp_port, smtp=self.smtp_port, auth=self.auth_port,
                      user=USER, group=grp.getgrgid(pwd.getpwnam(USER).pw_gid).gr_name, password=PASSWORD, daemons=self._daemons(), mechanisms="", tokens="")
        if self.tokeninfo:
            values.update(mechanisms=" xoauth2 oauthbearer", tokens=TOKENS.format(**values))
            (self.dir / "dovecot/oauth2.conf").write_text(f"tokeninfo_url = {self.tokeninfo}\nusername_attribute = email\n"
                                                          "active_attribute = active\nactive_value = true\n")
        (self.dir / "dovecot/dovecot.conf").write_text(DOVECOT.format(**values))
        (self.dir / "postfix/main.cf").write_text(POSTFIX_MAIN.format(**values))
        (self.dir / "postfix/master.cf").write_text(POSTFIX_MASTER.format(**values))
        (self.dir / "postfix/domains").write_text("/\\.example$/ OK\n")
        # A domain that it takes mail for and cannot deliver to: a report comes back.
        (self.dir / "postfix/transport").write_text("/@gone\\.example$/ error:5.1.1 no such mailbox\n")
        # Addresses that the server refuses, for ever or for now.
        (self.dir / "postfix/refuse").write_text("/^nobody@/ 550 5.1.1 no such person\n/^later@/ 450 4.2.0 try later\n")

    def logs(self):
        return "".join(p.read_text(errors="replace") for p in (self.dir / "dovecot/log", self.dir / "postfix-log/log") if p.exists())

    # --- what is in a mailbox ---
    def imap(self, user):
        """An imaplib connection that is logged in; close it with logout()."""
        c = imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=SECONDS)
        c.login(user, PASSWORD)
        return c

    @contextlib.contextmanager
    def session(self, user, folder="INBOX", readonly=False):
        c = self.imap(user)
        try:
            if folder != "INBOX":
                c.create(folder)
            c.select(folder, readonly=readonly)
            yield c
        finally:
            with contextlib.suppress(Exception):
                c.logout()

    def append(self, user, mail, folder="INBOX", date=None):
        """Put mails (bytes, or a list of bytes) into a folder; the UID of the last one."""
        with self.session(user, folder) as c:
            for m in mail if isinstance(mail, list) else [mail]:
                ok, answer = c.append(folder, None, date, m)
                assert ok == "OK", answer
            c.select(folder, readonly=True)
            ok, found = c.uid("SEARCH", "ALL")
            return max((int(u) for u in found[0].split()), default=0)

    def messages(self, user, folder="INBOX"):
        """[{uid, flags, raw}] in the order of the folder; nothing is marked as read."""
        with self.session(user, folder, readonly=True) as c:
            ok, data = c.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[])")
            out = []
            for d in data:
                if isinstance(d, tuple):
                    head = d[0].decode()
                    words = head.replace("(", " ").replace(")", " ").split()
                    flags = head[head.index("FLAGS (") + 7:].split(")")[0].split() if "FLAGS (" in head else []
                    out.append(dict(uid=int(words[words.index("UID") + 1]), flags=flags, raw=d[1]))
            return out

    def count(self, user, folder="INBOX"):
        c = self.imap(user)
        try:
            ok, data = c.status(folder, "(MESSAGES)")
            return int(data[0].split()[-1].rstrip(b")")) if ok == "OK" else 0
        finally:
            c.logout()

    def wait_delivered(self, user, n, folder="INBOX", seconds=SECONDS):
        """The messages of a folder as soon as there are n of them."""
        wait_for(f"{n} mails for {user}", lambda: self.count(user, folder) >= n, seconds)
        return self.messages(user, folder)

    def change_uidvalidity(self, user, folder="INBOX"):
        """As after a restore: the same mails, another UIDVALIDITY, other UIDs."""
        mails = [m["raw"] for m in self.messages(user, folder)]
        with self.session(user, folder, readonly=True) as c:
            old = int(c.untagged_responses["UIDVALIDITY"][0])
        path = self.maildir(user, folder)
        for f in [*path.glob("new/*"), *path.glob("cur/*"), *path.glob("dovecot*")]:
            f.unlink()
        uids = path / "dovecot-uidlist"
        uids.write_text(f"3 V{old + 7} N1 G{os.urandom(16).hex()}\n")
        os.chown(uids, path.stat().st_uid, path.stat().st_gid)
        self.append(user, mails, folder)

    def maildir(self, user, folder="INBOX"):
        """The folder on disk."""
        return self.dir / "mail" / user if folder == "INBOX" else self.dir / "mail" / user / f".{folder}"

    def fill(self, user, mails):
        """Thousands of mails at once: written as files, taken in by Dovecot at the next look."""
        with self.session(user):
            pass  # makes the folder
        path = self.maildir(user)
        st = path.stat()
        for i, m in enumerate(mails):
            f = path / "new" / f"{1700000000 + i}.M{i}P1.fill"
            f.write_bytes(m)
            os.chown(f, st.st_uid, st.st_gid)
        self.count(user)

    # --- sending ---
    def smtp_send(self, sender, rcpt, mail, tls=False):
        """Through Postfix; an SMTP error is raised."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, local_hostname="probe.example", timeout=SECONDS) as c:
            if tls:
                c.starttls(context=ssl.create_default_context(cafile=self.ca))
            c.sendmail(sender, rcpt if isinstance(rcpt, list) else [rcpt], mail)


def main():
    with Mailhost(sys.argv[1]) as m:
        print(json.dumps(dict(imap=m.imap_port, imaps=m.imaps_port, smtp=m.smtp_port, ca=m.ca)), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
