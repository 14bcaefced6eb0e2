"""What anybody may read: the first page, what the card is and what is kept, what to bring, the city's colour."""

from citycard.web.public import calculator, cities, views
from citycard.web.public.blueprint import bp

__all__ = ["bp", "calculator", "cities", "views"]
