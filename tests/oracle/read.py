# SPDX-License-Identifier: MIT
"""Takes messages apart with Python's email package. Each line of standard input is a message in base64 as JSON
{"message": ...}; the answer says what is in it, in the form that src/Draft.php expects."""

import base64
import email
import email.header
import email.policy
import email.utils
import functools
import json
import re
import sys

ADDRESSES = {"from", "sender", "reply-to", "to", "cc"}
UNFOLDED = re.compile(r"\r\n(?=[ \t])")
STRUCTURE = {"mime-version", "content-type", "content-transfer-encoding", "content-disposition", "content-id"}


@functools.lru_cache(maxsize=4096)
def parsed(name, raw):
    return email.policy.default.header_fetch_parse(name, raw)


class Once(email.policy.EmailPolicy):
    """The default policy, which parses a field whenever it is asked for it."""

    def header_fetch_parse(self, name, raw):
        return parsed(name, raw)


def addresses(raw):
    """Not value.addresses, which parts the encoded words of a name by blanks (Python issue 92081)."""
    found = [(name, address) for name, address in email.utils.getaddresses([UNFOLDED.sub("", raw)]) if address]
    return [[str(email.header.make_header(email.header.decode_header(name))), address] for name, address in found]


def field(name, value, raw):
    if name in ADDRESSES:
        return addresses(raw)
    if name == "date":
        return [int(value.datetime.timestamp()), int(value.datetime.utcoffset().total_seconds())]
    # Where the name fills its line, the blank behind the fold is not the value's.
    return str(value)[1:] if raw.startswith("\r\n ") else str(value)


def fields(message):
    found = {}
    for (name, value), (_, raw) in zip(message.items(), message.raw_items()):
        name = name.lower()
        if name in found:
            raise ValueError(name + " is there twice")
        if name not in STRUCTURE:
            found[name] = field(name, value, str(raw))
    return {name: value for name, value in found.items() if value != []}


def leaf(part):
    found = {
        "type": part.get_content_type(),
        "charset": part.get_content_charset() if part.get_content_maintype() == "text" else None,
        "disposition": part.get_content_disposition(),
        "name": part["content-disposition"] and part["content-disposition"].params.get("filename"),
        "id": part["content-id"] and str(part["content-id"]),
        "method": part.get_param("method"),
    }
    if found["type"] == "message/rfc822":
        return found | {"octets": None, "message": read(part.get_payload(0))}
    return found | {"octets": base64.b64encode(part.get_payload(decode=True)).decode()}


def tree(part):
    if not part.is_multipart() or part.get_content_type() == "message/rfc822":
        return part.get_content_type(), [leaf(part)]
    below = [tree(one) for one in part.iter_parts()]
    return (part.get_content_subtype() + "(" + ",".join(one[0] for one in below) + ")",
            [found for one in below for found in one[1]])


def read(message):
    shape, parts = tree(message)
    return {"fields": fields(message), "tree": shape, "parts": parts}


def defects(message):
    found = [str(defect) for part in message.walk() for defect in part.defects]
    return found + [str(defect) for part in message.walk() for value in part.values() for defect in value.defects]


for line in sys.stdin:
    octets = base64.b64decode(json.loads(line)["message"])
    whole = email.message_from_bytes(octets, policy=Once())
    print(json.dumps(read(whole) | {"defects": defects(whole)}), flush=True)
