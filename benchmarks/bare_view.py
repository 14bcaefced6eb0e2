"""The least that can be asked over HTTP: a Flask view that checks a card, with nothing around it.

Whom it trusts is read once from the office in BENCHMARK_OFFICE. What this leaves out is what an office does besides:
the desk's token, fresh trust, counting, the words of the verdict in four languages, headers, limits.
"""

import os
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, jsonify, request
from sqlalchemy.orm import Session

from citycard.core.errors import CardRefused
from citycard.core.verify import verify
from citycard.operations.check import Checker
from citycard.operations.counting import ScanCounters
from citycard.settings import load_office
from citycard.store.engine import open_engine

office = load_office(Path(os.environ["BENCHMARK_OFFICE"]))
with Session(open_engine(office.database_url)) as session:
    trusted = Checker(office, ScanCounters()).trusted(session, now=datetime.now(UTC))
app = Flask(__name__)


@app.post("/api/v1/verify")
def check():
    """Say what the code is worth."""
    try:
        card = verify(request.get_json()["code"], trust=trusted.trust, lists=trusted.lists, now=datetime.now(UTC))
    except CardRefused as refused:
        return jsonify(verdict=refused.verdict.value)
    return jsonify(verdict=card.verdict.value, full_name=card.identity.full_name)
