"""The Python of docs/migration.md does what the page says of it: two functions that AgentMail's documentation had."""

import hashlib
import hmac
import os
import re
import unittest
from pathlib import Path

PAGE = Path(os.environ.get("REPOSITORY", Path(__file__).parents[2])) / "docs/migration.md"
SECRET = "an older secret"
PAYLOAD = '{"event_type": "message.received", "text": "Grüße"}'


def functions():
    """Each block of Python in the page, by its name: what it verifies a payload with."""
    blocks = re.findall(r"<!-- (\S+), run by tests/interop/test_migration.py -->\n```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    found = {}
    for name, code in blocks:
        scope = {}
        exec(code, scope)
        found[name] = scope
    return found


FUNCTIONS = functions()
TAKES = {
    "guide.py": lambda signature, secret: FUNCTIONS["guide.py"]["verify_webhook"](PAYLOAD, signature, secret),
    "skill.py": lambda signature, secret: FUNCTIONS["skill.py"]["verify_signature"](PAYLOAD.encode(), signature, secret),
}


def signed(secret):
    """The signature as each of them wants it. No time is in it: it is the same for ever."""
    digest = hmac.new(secret.encode(), PAYLOAD.encode(), hashlib.sha256).hexdigest()
    return {"guide.py": f"sha256={digest}", "skill.py": digest}


class Migration(unittest.TestCase):
    def test_every_block_is_run(self):
        self.assertEqual(set(FUNCTIONS), set(TAKES))
        self.assertEqual(PAGE.read_text(encoding="utf-8").count("```python"), len(TAKES))

    def test_each_refuses_what_the_other_one_takes(self):
        guide, skill = TAKES.values()
        signatures = signed(SECRET)
        self.assertTrue(guide(signatures["guide.py"], SECRET))
        self.assertTrue(skill(signatures["skill.py"], SECRET))
        self.assertFalse(guide(signatures["skill.py"], SECRET))
        self.assertFalse(skill(signatures["guide.py"], SECRET))

    def test_an_empty_secret_is_a_secret(self):
        for name, takes in TAKES.items():
            self.assertTrue(takes(signed("")[name], ""), name)

    def test_a_missing_header_is_a_failure(self):
        for name, takes in TAKES.items():
            with self.subTest(name), self.assertRaises(TypeError):
                takes(None, SECRET)


if __name__ == "__main__":
    unittest.main()
