"""The API: a machine shows a code and is told the verdict."""

from citycard.web.api.views import bp

__all__ = ["bp"]
