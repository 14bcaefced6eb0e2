"""The guide for whoever checks cards at a desk: two pages to print, in the words of the screen."""

from citycard.web.attendants.views import bp

__all__ = ["bp"]
