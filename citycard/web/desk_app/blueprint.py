"""The blueprint of the desk page for devices."""

from flask import Blueprint

bp = Blueprint("desk_app", __name__, url_prefix="/desk-app")
