"""What the city publishes for everybody: statement, keys, lists of ended cards, and the page that explains them."""

from citycard.web.trust import relay  # noqa: F401 - its view
from citycard.web.trust.views import bp

__all__ = ["bp"]
