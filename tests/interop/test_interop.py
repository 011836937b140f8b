"""Both ways with the Python libraries: they sign and we verify, we sign and they verify.

Ours is the packed npm package, in Node (deliveries.mjs). Run by `cargo xtask test`.
"""

import base64
import json
import subprocess
import time
import unittest
from datetime import datetime, timezone
from pathlib import Path

import standardwebhooks
import svix.webhooks

SECRETS = ["whsec_" + base64.b64encode(bytes((i * 41 + n) % 256 for i in range(n))).decode() for n in (16, 24, 32, 64)]
IDS = ["msg_p5jXN8AQM9LWM0D4loKWxJek", "a", "0", "evt-1_2", "7f1d9c1e-2f6b-4d53-8e1c-1f5b0a8f6f0e", "a b", "a:b/c?d=e&f", "x" * 200]
PAYLOADS = ["{}", json.dumps({"event_type": "message.received", "text": "Grüße, 東京 🙂 \0"}, ensure_ascii=False), '"é"', ' {"a" : 1}\n', json.dumps({"text": "é" * 200_000}, ensure_ascii=False)]
PEERS = {"svix": (svix.webhooks.Webhook, "svix"), "standardwebhooks": (standardwebhooks.Webhook, "webhook")}


def ask(requests):
    """One Node for all requests."""
    node = subprocess.run(["node", Path(__file__).with_name("deliveries.mjs")], input=json.dumps(requests), capture_output=True, text=True, timeout=120)
    if node.returncode != 0:
        raise AssertionError(node.stderr)
    return json.loads(node.stdout)


def to_verify(secret, payload, headers):
    return {"secret": secret, "payload": base64.b64encode(payload.encode()).decode(), "headers": headers}


def to_receive(secret, payload, headers):
    return {**to_verify(secret, payload, headers), "receive": True}


def to_sign(secret, payload, **options):
    return {"secret": secret, "payload": base64.b64encode(payload.encode()).decode(), "sign": options}


def named(names, msg_id, timestamp, signature):
    return {f"{names}-id": msg_id, f"{names}-timestamp": str(timestamp), f"{names}-signature": signature}


def sign(peer, secret, msg_id, timestamp, payload):
    return peer(secret).sign(msg_id, datetime.fromtimestamp(timestamp, tz=timezone.utc), payload)


def refuses(peer, secret, payload, headers):
    try:
        peer(secret).verify(payload, headers)
    except Exception:  # Not all of theirs are typed.
        return True
    return False


class Interop(unittest.TestCase):
    def test_they_sign_and_we_verify(self):
        for name, (peer, names) in PEERS.items():
            now = int(time.time())
            cases = [(secret, msg_id, payload) for secret in SECRETS for msg_id in IDS for payload in PAYLOADS]
            answers = ask([to_verify(secret, payload, named(names, msg_id, now, sign(peer, secret, msg_id, now, payload))) for secret, msg_id, payload in cases])
            for (_, msg_id, payload), answer in zip(cases, answers, strict=True):
                with self.subTest(peer=name, id=msg_id, payload=payload[:40]):
                    self.assertEqual(answer, {"scheme": "standard", "id": msg_id, "timestamp": now, "secretIndex": 0})

    def test_we_sign_and_they_verify(self):
        cases = [(secret, {"id": msg_id}, payload) for secret in SECRETS for msg_id in IDS for payload in PAYLOADS]
        cases += [(secret, {}, payload) for secret in SECRETS for payload in PAYLOADS]
        answers = ask([to_sign(secret, payload, **options) for secret, options, payload in cases])
        for name, (peer, names) in PEERS.items():
            for (secret, options, payload), headers in zip(cases, answers, strict=True):
                with self.subTest(peer=name, **options, payload=payload[:40]):
                    renamed = {key.replace("svix", names): value for key, value in headers.items()}
                    peer(secret).verify(payload, renamed)
                    peer(secret).verify(payload.encode(), renamed)

    def test_both_refuse_what_was_tampered_with(self):
        secret, other, payload, now = SECRETS[0], SECRETS[1], PAYLOADS[1], int(time.time())
        for name, (peer, names) in PEERS.items():
            def headers(**changes):
                parts = {"msg_id": "msg_1", "timestamp": now, "signature": sign(peer, secret, "msg_1", now, payload)}
                return named(names, **{**parts, **changes})

            good = headers()
            signature = good[f"{names}-signature"]
            flipped = "v1," + ("B" if signature[3] == "A" else "A") + signature[4:]
            late, early = now - 400, now + 400
            tampered = {
                "another payload": (secret, payload + " ", good, "signature_mismatch"),
                "another secret": (other, payload, good, "signature_mismatch"),
                "another id": (secret, payload, headers(msg_id="msg_2"), "signature_mismatch"),
                "another time": (secret, payload, headers(timestamp=now - 7), "signature_mismatch"),
                "another signature": (secret, payload, headers(signature=flipped), "signature_mismatch"),
                "another version": (secret, payload, headers(signature=signature.replace("v1,", "v2,")), "signature_mismatch"),
                "no version": (secret, payload, headers(signature=signature[3:]), "invalid_header"),
                "no time": (secret, payload, headers(timestamp="today"), "invalid_header"),
                "too old": (secret, payload, headers(timestamp=late, signature=sign(peer, secret, "msg_1", late, payload)), "timestamp_too_old"),
                "too new": (secret, payload, headers(timestamp=early, signature=sign(peer, secret, "msg_1", early, payload)), "timestamp_too_new"),
                "missing": (secret, payload, {key: value for key, value in good.items() if not key.endswith("-id")}, "missing_header"),
            }
            self.assertFalse(refuses(peer, secret, payload, good))
            answers = ask([to_verify(key, body, sent) for key, body, sent, _ in tampered.values()])
            for (what, (key, body, sent, code)), answer in zip(tampered.items(), answers, strict=True):
                with self.subTest(peer=name, tampered=what):
                    self.assertEqual(answer, {"code": code})
                    self.assertTrue(refuses(peer, key, body, sent))

    def test_divergences_that_are_meant(self):
        """What the Python library takes and we refuse. If it changes its mind, the line is to go."""
        secret, now = SECRETS[0], int(time.time())
        peer, names = PEERS["svix"]

        def headers(msg_id="m", timestamp=now, change=lambda signature: signature):
            return named(names, msg_id, timestamp, change(sign(peer, secret, msg_id, now, "{}")))

        divergences = {
            "an id with a dot: two deliveries would sign the same bytes": (headers(msg_id="m.1"), "invalid_header"),
            "a fraction: float() reads it": (headers(timestamp=f"{now}.5"), "invalid_header"),
            "an exponent": (headers(timestamp=f"{now}e0"), "invalid_header"),
            "an underscore between digits": (headers(timestamp=f"{str(now)[:1]}_{str(now)[1:]}"), "invalid_header"),
            "white space around the timestamp": (headers(timestamp=f" {now} "), "invalid_header"),
            "digits of other scripts": (headers(timestamp="".join(chr(0x0660 + int(digit)) for digit in str(now))), "invalid_header"),
            "characters in base64 that are none: b64decode drops them": (headers(change=lambda s: s.replace("v1,", "v1,!*")), "invalid_header"),
        }
        answers = ask([to_verify(secret, "{}", sent) for sent, _ in divergences.values()])
        for (why, (sent, code)), answer in zip(divergences.items(), answers, strict=True):
            with self.subTest(why):
                self.assertFalse(refuses(peer, secret, "{}", sent))
                self.assertEqual(answer, {"code": code})

        # Secrets without padding are of no known sender, and under 16 bytes they can be guessed.
        for bad in ("whsec_AAAAAAAAAAAAAAAAAAAAAA", "whsec_AAAA"):
            peer(bad)
            self.assertEqual(ask([to_verify(bad, "{}", {})]), [{"code": "invalid_secret"}])


if __name__ == "__main__":
    unittest.main()
