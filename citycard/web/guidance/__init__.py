"""What to say at the counter: the office's words, for every screen of an enrolment and on a page of their own.

`words` has them at hand for the templates · `views` is the page that shows all of them. The panel at the side of the
screens is `templates/guidance/_panel.html`; turning it round for the holder is `enrolment.views_say`.
"""

from flask_babel import lazy_gettext as _l

from citycard.web.guidance import views
from citycard.web.guidance.words import bp
from citycard.web.pages import Entry

NAVIGATION = [Entry("guidance.words", _l("What we say"), _l("Words for each step, and what is never asked."))]

__all__ = ["NAVIGATION", "bp", "views"]
