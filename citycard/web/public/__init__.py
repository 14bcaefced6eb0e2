"""What anybody may read: the first page, what the card is and what is kept, the city's colour."""

from citycard.web.public.views import bp

__all__ = ["bp"]
