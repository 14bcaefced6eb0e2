"""The desk page for devices: what a tablet loads once, and from then on finds on itself.

1. All of it is open to anyone and the same for everybody: no session is looked at, no cookie is set, and the language
   is the city's own until the script says another. There is nothing about a card or a device in any of it.
2. The page has a policy of its own (`headers.DEVICES`), because the decoder of pictures is WebAssembly.
3. `sw.js` names every file with its SHA-256 (`assets`). A browser that finds another text there fetches the files anew;
   the page takes them up when no card is on its screen.
"""

import json
from collections.abc import Callable, Mapping

from flask import Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from citycard.web import languages, workplace
from citycard.web.access import ANYONE, open_to
from citycard.web.colours import palette, style_sheet
from citycard.web.desk_app import assets, icons, sentences
from citycard.web.desk_app.assets import Asset
from citycard.web.desk_app.blueprint import bp
from citycard.web.headers import for_devices

HTML = "text/html; charset=utf-8"
SCRIPT = "text/javascript; charset=utf-8"
JSON = "application/json; charset=utf-8"
MANIFEST = "application/manifest+json"

READING = b'import "/static/js/desk/reading_worker.js";\n'

PREPARED = "citycard.desk_app.prepared"
"""`app.extensions[PREPARED]`: what the application makes itself, by path, with the static files it was made for."""


@bp.get("/")
@for_devices
@open_to(ANYONE, machine=True)
def page() -> ResponseReturnValue:
    """The page."""
    return Response(_made()["/desk-app/"], content_type=HTML)


@bp.get("/sw.js")
@for_devices
@open_to(ANYONE, machine=True)
def worker() -> ResponseReturnValue:
    """The service worker: it keeps the page on the device (3)."""
    known = _all()
    listed = json.dumps([[asset.path, asset.integrity] for asset in known], indent=1)
    script = render_template("desk_app/sw.js", version=assets.version(known), assets=listed)
    return Response(script, content_type=SCRIPT)


@bp.get("/reading.js")
@for_devices
@open_to(ANYONE, machine=True)
def reading() -> ResponseReturnValue:
    """The worker that finds codes in pictures. Under this address the service worker answers it without a network."""
    return Response(READING, content_type=SCRIPT)


@bp.get("/manifest.webmanifest")
@for_devices
@open_to(ANYONE, machine=True)
def manifest() -> ResponseReturnValue:
    """What the page is called and looks like when it is installed."""
    return Response(_made()["/desk-app/manifest.webmanifest"], content_type=MANIFEST)


@bp.get("/sentences.json")
@for_devices
@open_to(ANYONE, machine=True)
def sentences_json() -> ResponseReturnValue:
    """What the page says, in every language."""
    return Response(_made()["/desk-app/sentences.json"], content_type=JSON)


@bp.get("/icon.svg")
@for_devices
@open_to(ANYONE, machine=True)
def icon_svg() -> ResponseReturnValue:
    """The picture under which the page is installed."""
    return Response(icons.svg(workplace.settings().colour), content_type="image/svg+xml")


@bp.get("/icon-<int:size>.png")
@for_devices
@open_to(ANYONE, machine=True)
def icon_png(size: int) -> ResponseReturnValue:
    """The same for systems that take no SVG."""
    if size not in icons.SIZES:
        abort(404)
    return Response(icons.png(workplace.settings().colour, size), content_type="image/png")


def _all() -> list[Asset]:
    made = [Asset(path, content) for path, content in _made().items()]
    return sorted([*made, *assets.files()], key=lambda asset: asset.path)


def _made() -> Mapping[str, bytes]:
    """What is the same for everybody until a setting, a sentence or a file changes; made once by each worker."""
    stamp = assets.version(assets.files())
    before = current_app.extensions.get(PREPARED)
    if before is None or before[0] != stamp or current_app.debug:
        # (1)
        with force_locale(workplace.settings().default_language):
            found = {path: make() for path, make in _MAKERS.items()}
        before = current_app.extensions[PREPARED] = (stamp, found)
    made: Mapping[str, bytes] = before[1]
    return made


def _page() -> bytes:
    known = sentences.by_name()

    def say(name: str) -> str:
        return sentences.filled(known[name])

    return render_template("desk_app/page.html", say=say, styles=assets.styles()).encode()


def _sentences() -> bytes:
    settings = workplace.settings()
    told = {
        "language": settings.default_language,
        "city": dict(settings.names),
        "practice": settings.demo,
        "languages": sentences.in_every_language(),
    }
    return _json(told)


def _manifest() -> bytes:
    settings = workplace.settings()
    shades = palette(settings.colour)
    spoken = languages.spoken()
    name = settings.name(spoken)
    return _json(
        {
            "id": "/desk-app/",
            "name": _("%(city)s – check a card", city=name),
            "short_name": _("Check a card"),
            "lang": spoken,
            "dir": languages.direction(spoken),
            "start_url": "/desk-app/",
            "scope": "/desk-app/",
            "display": "standalone",
            "theme_color": shades["city"],
            "background_color": "#ffffff",
            "icons": [
                {"src": "/desk-app/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
                *(
                    {
                        "src": f"/desk-app/icon-{size}.png",
                        "sizes": f"{size}x{size}",
                        "type": "image/png",
                        "purpose": "any maskable",
                    }
                    for size in icons.SIZES
                ),
            ],
        }
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


_MAKERS: dict[str, Callable[[], bytes]] = {
    "/desk-app/": _page,
    "/desk-app/sentences.json": _sentences,
    "/desk-app/manifest.webmanifest": _manifest,
    "/desk-app/reading.js": lambda: READING,
    "/desk-app/icon.svg": lambda: icons.svg(workplace.settings().colour),
    "/city.css": lambda: style_sheet(workplace.settings().colour).encode(),
}
