"""What the card opens, for everybody: a page, and a leaflet to print and fold."""

from citycard.web.services.views import bp

__all__ = ["bp"]
