"""tokenserver.py - an OAuth2 token endpoint on loopback that follows a script, and tells Dovecot which tokens are good.

`answers` is a list of what the next requests get, and `usual` what all others get; words are the methods _NAME below. `asked` keeps the
form of each request. A token that was given out is good for the mailbox `user` until it is in `revoked`. With `rotate`, each refresh token
is good once, and using it again is invalid_grant, as with a provider that takes theft seriously.
"""
import http.server
import json
import threading
import time
import urllib.parse

FIRST_REFRESH = "refresh-0"
HTML = "<html><body>Please sign in</body></html>"


class TokenServer:
    def __init__(self, user="", port=0):
        self.user, self.answers, self.usual, self.life, self.delay = user, [], "ok", 3600, 0
        self.asked, self.looked, self.given, self.revoked = [], [], [], set()
        self.refresh = FIRST_REFRESH
        self._lock, self._gate = threading.Lock(), threading.Event()
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *unused):
                pass

            def do_POST(self):
                form = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
                with server._lock:
                    server.asked.append({k: v[0] for k, v in urllib.parse.parse_qs(form, strict_parsing=True).items()})
                    what = server.answers.pop(0) if server.answers else server.usual
                time.sleep(server.delay)  # 0, or what makes two processes meet
                getattr(server, "_" + what)(self, server.asked[-1])

            def do_GET(self):
                server._info(self)

        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/token"

    def __enter__(self):
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *unused):
        self._gate.set()
        self._http.shutdown()
        self._http.server_close()

    # --- for Dovecot: is this token good, and whose? ---
    def _info(self, h):
        token = urllib.parse.parse_qs(urllib.parse.urlparse(h.path).query).get("t", [""])[0]
        self.looked.append(token)
        good = token in self.given and token not in self.revoked and "*" not in self.revoked
        self._say(h, 200 if good else 401, {"email": self.user, "active": True} if good else {"error": "invalid_token"})

    # --- what a request gets ---
    @staticmethod
    def _say(h, code, what, kind="application/json", **headers):
        data = what.encode() if isinstance(what, str) else json.dumps(what).encode()
        h.send_response(code)
        for name, value in {"content-type": kind, "content-length": str(len(data)), **headers}.items():
            h.send_header(name.replace("_", "-"), value)
        h.end_headers()
        h.wfile.write(data)

    def _new(self):
        with self._lock:
            self.given.append(f"access-{len(self.given)}.{'x' * 40}")
            return self.given[-1]

    def _token(self, h, **more):
        fields = {"token_type": "Bearer", "access_token": self._new(), "expires_in": self.life, **more}
        self._say(h, 200, {k: v for k, v in fields.items() if v is not None})

    def _ok(self, h, form):
        self._token(h)

    def _rotate(self, h, form):
        with self._lock:
            good = form.get("refresh_token") == self.refresh
            if good:
                self.refresh = f"refresh-{int(self.refresh.split('-')[1]) + 1}"
        if good:
            self._token(h, refresh_token=self.refresh)
        else:
            self._invalid_grant(h, form)

    def _text_life(self, h, form):
        self._token(h, expires_in=str(self.life))

    def _no_life(self, h, form):
        self._token(h, expires_in=None)

    def _crlf(self, h, form):
        self._token(h, access_token="a\r\nA1 DELETE INBOX")

    def _no_token(self, h, form):
        self._token(h, access_token=None)

    def _mac_token(self, h, form):
        self._token(h, token_type="mac")

    def _echo(self, h, form):
        self._error(h, "invalid_request", f"you said {form}")

    def _error(self, h, error, words, code=400):
        self._say(h, code, {"error": error, "error_description": words})

    def _invalid_grant(self, h, form):
        self._error(h, "invalid_grant", "AADSTS700082: The refresh token has expired due to inactivity.\r\nTrace ID: 1234 Correlation ID: 5678")

    def _expired_secret(self, h, form):
        self._error(h, "invalid_client", "AADSTS7000222: The provided client secret keys for app 'x' are expired.\r\nTrace ID: 1", 401)

    def _unauthorized(self, h, form):
        self._error(h, "unauthorized_client", "Client is unauthorized to retrieve access tokens using this method.", 401)

    def _html500(self, h, form):
        self._say(h, 503, HTML, "text/html")

    def _html200(self, h, form):
        self._say(h, 200, HTML, "text/html")

    def _busy(self, h, form):
        self._say(h, 429, {"error": "temporarily_unavailable"}, retry_after="1800")

    def _huge(self, h, form):
        self._say(h, 200, {"access_token": "x" * 70000, "token_type": "Bearer"})

    def _hang(self, h, form):
        self._gate.wait(60)

    def _redirect(self, h, form):
        self._say(h, 302, "", location=self.url)

    def _hang_up(self, h, form):
        h.close_connection = True
