"""What is typed about a device."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField

from citycard.core.errors import CitycardError
from citycard.store.devices import DeskDevice
from citycard.web import errors
from citycard.web.desk import purpose
from citycard.web.errors import sentence_for
from citycard.web.pages import PageForm

errors.say("no-device", _l("There is no such device"), _l("Look at the list."), status=404)
errors.say(
    "device-gone", _l("This device was withdrawn"), _l("To use it again, add it as a new device, under another name.")
)
errors.say("device-name", _l("Type a name of 60 characters at most, such as “Library, counter 2”."), status=422)
errors.say("device-taken", _l("Another device has this name, or had it. Choose another."), status=422)


class DeviceForm(PageForm):
    """Where a device stands, and what for."""

    name = StringField(
        _l("Name"), description=_l("Where it stands, such as “Library, counter 2”. No name of a person.")
    )
    service = SelectField(
        _l("What it checks cards for"),
        description=_l("It is shown only what this service needs. Whoever works there can choose another."),
        choices=[],
        validate_choice=False,
    )

    def offer(self, device: DeskDevice | None = None) -> None:
        """Offer the services of the register, and show what the device has."""
        if device is not None:
            self.name.data, self.service.data = device.name, device.service or ""
        offered = [("", _l("Whether a card is good, and no service")), *purpose.choices()]
        has = self.service.data or ""
        if device is not None and has not in dict(offered):
            offered.append((has, has))
        self.service.choices = [*offered]

    @property
    def chosen(self) -> str | None:
        """The service, if it is one of the register."""
        chosen = self.service.data or ""
        return chosen if chosen in dict(purpose.choices()) else None

    def say(self, error: CitycardError) -> None:
        """Put a refusal of the operation beside the name, which is all that can be refused."""
        self.refuse("name", sentence_for(error).title)
