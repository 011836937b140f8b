"""Reads every event that AgentMail's own SDK can write, with every field of its models.

The events are built by introspection of the SDK's pydantic classes, so that a new event or field in
a new version is in the test without being named here. They are signed by `svix` and go through
`receive` of the packed npm package, in Node. The expected output is computed here, independently of
our code: `canonical` is section 3 of WIRE.md.
"""

import datetime
import itertools
import json
import re
import time
import typing
import unittest
from email.utils import parseaddr
from pathlib import Path

import agentmail.events.types as sdk
import typing_extensions
from agentmail.events.types.event_type import EventType
from agentmail.messages.types.message import Message
from agentmail.threads.types.thread_item import ThreadItem
from agentmail.websockets.socket_client import WebsocketsSocketClientResponse
from pydantic import BaseModel
from test_interop import SECRETS, ask, named, sign, to_receive
from svix.webhooks import Webhook

DECLARATIONS = Path(__file__).parents[2] / "node_modules/agentmail-webhooks/index.d.ts"

# Events that we type and the SDK does not: that of the agent_id product, and future ones (WIRE, section 2).
OURS = {"mail.received", "unknown"}
# Lists that WIRE.md has from sources other than the SDK. They are present and empty (section 3.2).
OTHER_LISTS = {ThreadItem: ["participants"]}
# Members whose strings are addresses (section 3.4). The recipients of a bounce are objects, not strings.
ADDRESSES = {"from", "reply_to", "to", "cc", "bcc", "senders", "recipients"}
# Members that may hold any JSON (section 3.7).
FREE_FORM = {"headers", "metadata"}
# The type with which the SDK marks a set of values as open.
OPEN = typing.Any

# Six rounds are enough for `digit` to distinguish any two of up to 64 boolean fields of one object, and for each
# variant of a union to have its turn.
ROUNDS = 6
FILLINGS = [("filled", "filled"), ("null", "filled"), ("absent", "filled"), ("absent", "hollow"), ("null", "null"), ("absent", "absent")]


def members(annotation):
    """Returns the types that a value can have, without None."""
    if typing.get_origin(annotation) is typing_extensions.Annotated:
        annotation = typing.get_args(annotation)[0]
    if typing.get_origin(annotation) is not typing.Union:
        return [annotation]
    return [member for each in typing.get_args(annotation) if each is not type(None) for member in members(each)]


def is_list(annotation):
    return any(typing.get_origin(member) is list for member in members(annotation))


def is_model(kind):
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def models(annotation):
    """Yields every model that a value can be or hold."""
    for member in members(annotation):
        if is_model(member):
            yield member
        for inner in [field.annotation for field in member.model_fields.values()] if is_model(member) else typing.get_args(member):
            yield from models(inner)


def digit(choices, number, turn):
    """Returns the choice at digit `turn` of the number, in the base of the number of choices."""
    return choices[number // len(choices) ** turn % len(choices)]


class Filler:
    """Makes instances of the SDK's models. Each value is unique, and strings contain their path.

    `objects` is for optional fields that hold models, and `values` for all other optional fields: "filled", "null",
    "absent" or, for an object of the event itself, "hollow": present, without its own optional fields.
    """

    def __init__(self, turn, values, objects):
        self.turn = turn
        self.values = values
        self.objects = objects
        self.count = 0
        self.made = set()

    def model(self, model, path="", **given):
        self.made.add(model)
        values = dict(given)
        for place, (name, field) in enumerate(model.model_fields.items()):
            wire_name = field.alias or name
            optional = self.objects if any(models(field.annotation)) else self.values
            if optional == "hollow":
                optional = "absent" if path else "filled"
            if name in given:
                continue
            # An optional field has None as its default. A field with another default is the name of a variant.
            if field.is_required() or field.default is not None or optional == "filled":
                values[wire_name] = self.value(field.annotation, f"{path}.{wire_name}".lstrip("."), place)
            elif optional == "null":
                values[wire_name] = None
        return model(**values)

    def value(self, annotation, path, place):
        self.count += 1
        choices = members(annotation)
        if OPEN in choices and len(choices) > 1:
            choices.remove(OPEN)
        kind = choices[self.turn % len(choices)]
        if kind is OPEN:
            return {"where": path, "type": "event", "from_": None, "list": [], "deep": [{"size": -1.5}, None, [True]]}
        if typing.get_origin(kind) is typing.Literal:
            return digit(typing.get_args(kind), place, self.turn)
        if typing.get_origin(kind) is list:
            (item,) = typing.get_args(kind)
            # In each round, a list has items of all its types.
            items = members(item) if len(members(item)) > 1 else [item] * 2
            return [self.value(item, f"{path}[{index}]", place) for index, item in enumerate(items)]
        if typing.get_origin(kind) is dict:
            return {name: f"{path}: {name}" for name in ("type", "from_", "X-Größe")}
        if kind is bool:
            return digit((False, True), place, self.turn)
        if kind is int:
            return 2**53 - self.count if self.turn == 0 else self.count
        if kind is datetime.datetime:
            zone = datetime.timezone(datetime.timedelta(minutes=self.turn * 90))
            return datetime.datetime(2026, 1, 31, 23, 59, 58, self.count * 1001 * (self.turn % 2), zone) + datetime.timedelta(hours=self.count)
        if kind is str:
            return self.address(path) if path.split(".")[-1].split("[")[0] in ADDRESSES else f"{path} “é” \"\\\n"
        if is_model(kind):
            return self.model(kind, path)
        raise TypeError(f"{path}: cannot make a {kind}: the SDK has a kind of field that is new to this test")

    def address(self, path):
        email = re.sub(r"\W", "-", path) + "@example.com"
        spellings = (f"Name of {path.replace('[', ' ').rstrip(']')} <{email}>", email, f'"Last, \\"{self.count}\\" First" <{email}>')
        return spellings[(self.count + self.turn) % len(spellings)]


def canonical(value, wire, name=""):
    """Returns the expected output for a value; `wire` is what the SDK wrote for it, under that name."""
    if isinstance(value, BaseModel):
        result = {}
        for field_name, field in type(value).model_fields.items():
            wire_name = field.alias or field_name
            sent = wire.get(wire_name)
            if sent is not None:
                result[wire_name] = canonical(getattr(value, field_name), sent, wire_name)
            elif is_list(field.annotation) and not isinstance(value, sdk.CalendarEventPrevious):
                result[wire_name] = []
        result.update({other: [] for other in OTHER_LISTS.get(type(value), [])})
        if isinstance(value, Message):
            result["body_omitted"] = "text" not in result and "html" not in result
        return result
    if name in ADDRESSES and not isinstance(value, list):
        return canonical([value], [wire], name)
    if isinstance(value, list):
        return [address(sent) if name in ADDRESSES and isinstance(item, str) else canonical(item, sent) for item, sent in zip(value, wire)]
    return wire


def address(wire):
    name, email = parseaddr(wire)
    return {"name": name, "email": email} if name else {"email": email}


def unwritten(value, wire, path=""):
    """Yields the places where the SDK did not write the value it got: the test would prove less than it says."""
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            wire_name = field.alias or name
            yield from unwritten(getattr(value, name), wire.get(wire_name), f"{path}.{wire_name}")
    elif isinstance(value, list) and isinstance(wire, list) and len(value) == len(wire):
        for index, (item, sent) in enumerate(zip(value, wire)):
            yield from unwritten(item, sent, f"{path}[{index}]")
    elif isinstance(value, datetime.datetime):
        if value != datetime.datetime.fromisoformat(wire.replace("Z", "+00:00")):
            yield f"{path}: {value} was written as {wire}"
    elif value != wire:
        yield f"{path}: {value!r} was written as {wire!r}"


def differences(expected, actual, path=""):
    """Yields the differences, field by field."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name in {**expected, **actual}:
            if name not in actual:
                yield f"{path}.{name} is missing: {expected[name]!r}"
            elif name not in expected:
                yield f"{path}.{name} is too much: {actual[name]!r}"
            else:
                yield from differences(expected[name], actual[name], f"{path}.{name}")
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, (one, other) in enumerate(zip(expected, actual)):
            yield from differences(one, other, f"{path}[{index}]")
    elif type(expected) is not type(actual) or expected != actual:
        yield f"{path}: expected {expected!r}, found {actual!r}"


def extras(event, path="event"):
    """Yields each `extra`; an event of the SDK has none. Skips free-form members: their names are the sender's."""
    for name, value in event.items() if isinstance(event, dict) else enumerate(event) if isinstance(event, list) else []:
        if name == "extra":
            yield f"{path}.{name}: {value!r}"
        elif name not in FREE_FORM:
            yield from extras(value, f"{path}.{name}")


def literals(annotation):
    return [value for member in members(annotation) if typing.get_origin(member) is typing.Literal for value in typing.get_args(member)]


# The events of the union that the SDK's sockets read, with the class of each.
CLASSES = {name: model for model in members(WebsocketsSocketClientResponse) if "event_type" in model.model_fields for name in literals(model.model_fields["event_type"].annotation)}


class Sdk(unittest.TestCase):
    def test_all_know_the_same_events(self):
        declarations = DECLARATIONS.read_text(encoding="utf-8")
        union = re.search(r"^export type WebhookEvent =([^;]*);", declarations, re.M).group(1)
        interfaces = {name: body for name, body in re.findall(r"^export interface (\w+) \{\n(.*?)^\}", declarations, re.M | re.S)}
        ours = []
        for interface in re.findall(r"\w+", union):
            ours += re.findall(r'"([\w.]+)"', re.search(r"^  event_type: (.*);$", interfaces[interface], re.M).group(1))
        self.assertEqual(len(ours), len(set(ours)))
        self.assertEqual(set(literals(EventType)), set(CLASSES))
        self.assertEqual(set(literals(EventType)) | OURS, set(ours))

    def test_every_field_of_every_event(self):
        cases, made = [], set()
        for name in literals(EventType):
            for turn, (values, objects) in itertools.product(range(ROUNDS), FILLINGS):
                filler = Filler(turn, values, objects)
                event = filler.model(CLASSES[name], event_type=name)
                made |= filler.made
                cases.append((f"{name}: values {values}, objects {objects}, round {turn}", event, event.json()))
        self.assertEqual(made, {model for each in CLASSES.values() for model in models(each)}, "some variant never had its turn")
        now = int(time.time())
        answers = ask([to_receive(SECRETS[0], payload, named("svix", f"msg_{number}", now, sign(Webhook, SECRETS[0], f"msg_{number}", now, payload))) for number, (_, _, payload) in enumerate(cases)])
        for number, ((what, event, payload), answer) in enumerate(zip(cases, answers, strict=True)):
            with self.subTest(what):
                wire = json.loads(payload)
                self.assertEqual(list(unwritten(event, wire)), [])
                expected = canonical(event, wire)
                del expected["type"]
                self.assertEqual(list(extras(answer.get("event"))), [])
                # The SDK's events all have an event_id, and cause no warnings.
                told = {"idempotencyKey": event.event_id, "warnings": []}
                delivery = {"scheme": "standard", "id": f"msg_{number}", "timestamp": now, "secretIndex": 0, **told}
                found = list(differences({**delivery, "event": expected}, answer))
                if found:
                    self.fail("\n".join(found))


if __name__ == "__main__":
    unittest.main()
