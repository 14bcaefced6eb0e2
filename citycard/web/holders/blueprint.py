"""The blueprint of the holders' pages.

1. They are open to anybody: no account, no name, no cookie but the one that says that a form is ours.
2. Codes travel in the bodies of forms and stand in no address, title or log line; requests to public pages are not
   logged at all (`citycard.web.logs`).
3. Every page works without a script; what an answer said is said again in another language (`again`).
"""

from flask import Blueprint

bp = Blueprint("holders", __name__, url_prefix="/card")
