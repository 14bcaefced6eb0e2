"""Hold tokens against a CDDL with PyPI `zcbor`. Runs in `.venv-interop`, where nothing of ours is installed.

stdin:  {"cddl": text, "tokens": [{"rule": name of a rule, "token": hex}, …]}
stdout: [whether the token is what the rule says, …]

`zcbor` knows no `.regexp`: the caller takes them out, and holds the texts against them itself.
"""

import json
import sys
from pathlib import Path

from zcbor.zcbor import zcbor

asked = json.load(sys.stdin)
prelude = (Path(zcbor.__file__).parent / "prelude.cddl").read_text("utf-8")
# The number is how often a rule without a limit may repeat. None of ours repeats.
rules = zcbor.DataTranslator.from_cddl(f"{prelude}\n{asked['cddl']}", 1).my_types


def fits(rule, token):
    try:
        rules[rule].validate_str(bytes.fromhex(token))
    except Exception:
        # Whatever is not CBOR at all raises what cbor2 raises.
        return False
    return True


json.dump([fits(each["rule"], each["token"]) for each in asked["tokens"]], sys.stdout)
