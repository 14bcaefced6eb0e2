"""Amel's counter of tests/web/enrolment, at an office that has published its statement."""

from tests.web.enrolment.conftest import amel, bruno, office, register, settings  # noqa: F401
from tests.web.real_office import hall  # noqa: F401
