"""The blueprint of the public pages: one thing per page, no cookie unless a language is chosen."""

from flask import Blueprint

bp = Blueprint("public", __name__)
