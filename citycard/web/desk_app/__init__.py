"""The desk page for devices: a tablet without a staff session, which checks cards without a network.

`api` is what a device asks for with its token: to be enrolled, the bundle, to hand in its counts. The page itself, its
service worker and its sentences stand beside it.
"""

from citycard.web.desk_app import api, views, voice_api
from citycard.web.desk_app.blueprint import bp

__all__ = ["api", "bp", "views", "voice_api"]
