"""The office of these stories really signs."""

from tests.web.real_office import hall, office  # noqa: F401
