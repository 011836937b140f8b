"""What the native library made of payloads, held against the oracle of tests/fixtures: event and warnings.

    python3 events.py DIRECTORY [EVERY]     every so many lines of its files; 10 unless said otherwise
"""

import base64
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fixtures"))
sys.dont_write_bytecode = True

import oracle  # noqa: E402

# Of these, the library got as far as the payload.
READ = ("invalid_json", "invalid_event")


def difference(question):
    """What the oracle says, where it is not what the library said; None where they agree."""
    found = oracle.answer({"payload_hex": base64.b64decode(question["payload"]).hex()})
    if "error" in question:
        code = json.loads(question["error"])["code"]
        same = code not in READ or found.get("error", {}).get("code") == code
        return None if same else found
    answer = json.loads(question["answer"])
    event, warnings = (answer["event"], answer["warnings"]) if "event" in answer else (answer, found.get("warnings"))
    same = oracle.is_same(found.get("event"), event) and found.get("warnings") == warnings
    return None if same else found


def main(directory, every="10"):
    counts, shortest = {}, None
    for file in sorted(Path(directory).glob("*.jsonl")):
        for line in file.read_text("utf-8").split("\n")[:: int(every)]:
            question = json.loads(line)
            found = difference(question)
            name = file.name.partition("-")[0]
            counts[name] = counts.get(name, 0) + 1
            if found is not None and (shortest is None or len(line) < len(shortest[0])):
                shortest = line, found
    print("  the oracle: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    if shortest:
        line, found = shortest
        question = json.loads(line)
        print(f"  {question['what']}\n  payload  {base64.b64decode(question['payload']).decode()}")
        print(f"  library  {question.get('answer') or question.get('error')}\n  oracle   {json.dumps(found)}")
    return 1 if shortest or not counts else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
