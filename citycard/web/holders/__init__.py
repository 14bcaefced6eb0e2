"""What holders do by themselves: my card is lost, I found a card, what do you keep about me, end it for ever."""

from citycard.web.holders import ending, kept, lost, views
from citycard.web.holders.blueprint import bp

__all__ = ["bp", "ending", "kept", "lost", "views"]
