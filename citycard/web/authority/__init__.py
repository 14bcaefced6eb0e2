"""An authority is asking: what to say, whom to call, what to print, and one number more in a counter."""

from citycard.web.authority.views import bp

__all__ = ["bp"]
