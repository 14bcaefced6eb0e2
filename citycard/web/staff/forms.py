"""Forms of the staff's own pages."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from citycard.web.pages import PageForm


class SignInForm(PageForm):
    """Name and password."""

    name = StringField(
        _l("Your sign-in name"),
        validators=[InputRequired(_l("Type your sign-in name."))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Your password"),
        validators=[InputRequired(_l("Type your password."))],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(PageForm):
    """The password again."""

    password = PasswordField(
        _l("Your password"),
        validators=[InputRequired(_l("Type your password."))],
        render_kw={"autocomplete": "current-password"},
    )
