"""Coming in, being away, coming back, leaving: the pages of signing in, and the first page after it."""

from citycard.web.staff.views import bp

__all__ = ["bp"]
