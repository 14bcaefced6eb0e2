"""The transit sheet, only on request and after a warning; and the check page, for anybody to take away."""

from citycard.web.transit import views_page, views_sheet
from citycard.web.transit.blueprint import bp

__all__ = ["bp", "views_page", "views_sheet"]
