#!/usr/bin/env bash
# Apprise clears HTML up for a service that shows plain text, and sends it Markdown with every sign in it.
#
# Expected   notify(body_format=...) tells Apprise what the body is so that each service gets what it can show: the same
#            card reaches ntfy, Bark or a WeCom robot as clean text whether it was HTML or Markdown.
# Seen       As HTML the card arrives as text. As Markdown it arrives raw (###, **, [..](..)), to the letter what arrives
#            when the body is declared to be plain text. ntfy shows Markdown if a header asks for it, and that header is
#            sent only where the service's address ends in ?format=markdown; body_format does not set it. notify()
#            answers success each time.
# Versions   apprise 2.3.0.
# Source     Run here against an HTTP server on this machine's loopback (the WeCom address inside the plugin is pointed
#            there). Apprise's table of conversions has HTML to text, HTML to Markdown, text to HTML and to Markdown and
#            Markdown to HTML, but no Markdown to text. What notify() says of itself promises HTML for services that
#            expect it and is silent on text.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work
"${PYTHON:-python3.11}" -m venv "$work/venv" || exit 2
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'apprise==2.3.0' || exit 2
cd "$work"
NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 venv/bin/python - <<'PY'
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import apprise
from apprise.plugins.wecombot import NotifyWeComBot

MARKDOWN = "### 负面激增\n**负面 8 条**，平时 1 条\n- [原帖](http://forum.example.test/1)"
HTML = "<h3>负面激增</h3><p><b>负面 8 条</b>，平时 1 条</p><ul><li><a href='http://forum.example.test/1'>原帖</a></li></ul>"
CLEAN = "负面激增\n负面 8 条，平时 1 条\n- 原帖"
received = []


class Service(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        received.append((self.headers.get("X-Markdown"), body))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"code": 200, "errcode": 0}')

    def log_message(self, *words):
        pass


def card(body):
    sent = json.loads(body)
    return sent.get("message") or sent.get("body") or sent["text"]["content"]


def sent(address, text, body_format):
    received.clear()
    service = apprise.Apprise()
    service.add(address)
    if not service.notify(body=text, body_format=body_format) or len(received) != 1:
        sys.exit(f"changed: {address.split(':')[0]} did not take the message")
    return received[0][0], card(received[0][1])


server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
Thread(target=server.serve_forever, daemon=True).start()
here = f"127.0.0.1:{server.server_port}"
NotifyWeComBot.notify_url = f"http://{here}/send?key={{key}}"
changed = []
for address in (f"ntfy://{here}/alerts", f"bark://{here}/device", "wecombot://robot"):
    _, from_html = sent(address, HTML, "html")
    header, from_markdown = sent(address, MARKDOWN, "markdown")
    _, from_text = sent(address, MARKDOWN, "text")
    print(f"{address.split(':')[0]}\n  html     {from_html!r}\n  markdown {from_markdown!r}\n  text     {from_text!r}")
    if (from_html, header, from_markdown, from_text) != (CLEAN, None, MARKDOWN, MARKDOWN):
        changed.append(address.split(":")[0])
header, _ = sent(f"ntfy://{here}/alerts?format=markdown", MARKDOWN, "markdown")
print(f"ntfy with ?format=markdown: X-Markdown is {header!r}")
if header != "yes":
    changed.append("ntfy ?format=markdown")
if changed:
    sys.exit(f"changed: what arrives is no longer as recorded for {changed}")
PY
