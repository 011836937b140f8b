"""The Python of the documentation, with the official SDK, against a stand-in for the service."""

import contextlib
import io
import json
import os
import re
import unittest
from pathlib import Path
from unittest import mock

import httpx

DOCS = Path(os.environ.get("REPOSITORY", Path(__file__).parents[2])) / "docs"
TIME = "2026-03-02T09:15:00Z"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WEBHOOK = {
    "webhook_id": "ep_1",
    "url": "https://agent.example.com/webhooks",
    "event_types": ["message.received"],
    "secret": SECRET,
    "enabled": True,
    "updated_at": TIME,
    "created_at": TIME,
}
IDS = {"inbox_id": "support@example.com", "thread_id": "thread_1", "message_id": "<1@example.com>"}
MESSAGE = {**IDS, "labels": [], "timestamp": TIME, "from": "jane@example.com", "to": [], "size": 70000, "updated_at": TIME, "created_at": TIME}


def block(page, name):
    found = re.findall(rf"<!-- {re.escape(name)}, run by tests/interop/test_docs.py -->\n```python\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.S)
    assert len(found) == 1, f"{page} has {len(found)} blocks called {name}"
    return found[0]


class Docs(unittest.TestCase):
    def service(self, answer):
        """Answers every request with this. Returns the requests."""
        requests = []

        def send(_client, request, **_options):
            requests.append(request)
            return httpx.Response(200, json=answer, request=request)

        for patch in (mock.patch.object(httpx.Client, "send", send), mock.patch.dict(os.environ, AGENTMAIL_API_KEY="am_key")):
            patch.start()
            self.addCleanup(patch.stop)
        return requests

    def test_create(self):
        requests = self.service(WEBHOOK)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(block("create.md", "create.py"), {})
        self.assertEqual(printed.getvalue(), f"webhook ep_1: AGENTMAIL_WEBHOOK_SECRET={SECRET}\n")
        [request] = requests
        self.assertEqual((request.method, str(request.url)), ("POST", "https://api.agentmail.to/v0/webhooks"))
        self.assertEqual(
            json.loads(request.content),
            {
                "url": "https://agent.example.com/webhooks",
                "event_types": ["message.received", "message.bounced", "message.complained"],
                "inbox_ids": ["support@example.com"],
                "client_id": "support",
            },
        )

    def test_text(self):
        requests = self.service({**MESSAGE, "text": "long", "extracted_text": "new"})
        scope = {}
        exec(block("receive.md", "text.py"), scope)

        def text_of(body_included=None, body_omitted=False, **message):
            return scope["text_of"]({"body_included": body_included, "message": {**IDS, "body_omitted": body_omitted, **message}})

        self.assertEqual(text_of(extracted_text="a", text="b"), "a")
        self.assertEqual(text_of(text="b", preview="c"), "b")
        self.assertEqual(text_of(html="<p>d</p>", preview="d"), "d")
        self.assertEqual(text_of(body_included=True, body_omitted=True), "")
        self.assertEqual(requests, [])
        self.assertEqual(text_of(body_omitted=True), "new")
        [request] = requests
        self.assertEqual(request.url.path, "/v0/inboxes/support@example.com/messages/<1@example.com>")


if __name__ == "__main__":
    unittest.main()
