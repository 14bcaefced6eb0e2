"""The blueprint of the transit sheet and of the check page."""

from flask import Blueprint

bp = Blueprint("transit", __name__)
