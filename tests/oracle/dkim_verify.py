# SPDX-License-Identifier: MIT
"""Verifies DKIM signatures with dkimpy. Each line of standard input is
{"message": base64, "keys": {"SELECTOR._domainkey.DOMAIN": record}}; the answer is a list with true, false or the
reason for each signature, the topmost first."""

import base64
import json
import sys

import dkim


def verify(message, keys):
    def record(name, timeout=5):
        return keys.get(name.decode().rstrip(".") if isinstance(name, bytes) else name.rstrip("."), "").encode()

    count = sum(field[0].lower() == b"dkim-signature" for field in dkim.rfc822_parse(message)[0])
    results = []
    for index in range(count):
        try:
            results.append(dkim.DKIM(message).verify(idx=index, dnsfunc=record))
        except dkim.DKIMException as reason:
            results.append(str(reason))
    return results


for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps(verify(base64.b64decode(question["message"]), question["keys"])), flush=True)
