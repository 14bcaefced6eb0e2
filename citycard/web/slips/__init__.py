"""What to bring, on paper, for everybody: sheets in every language of the catalogue, to be printed by anyone."""

from citycard.web.slips.views import bp

__all__ = ["bp"]
