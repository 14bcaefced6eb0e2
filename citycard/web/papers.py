"""Papers as PDF: how they are answered, and in which language one is asked for."""

from flask import Response, abort, request

from citycard.web import languages, workplace


def pdf(content: bytes, name: str, *, keep: bool = False) -> Response:
    """Answer with a paper called `name`. To `keep` it makes it a file, which leaves the page where it was.

    A browser may show the name in its list of downloads.
    """
    how = "attachment" if keep else "inline"
    return Response(
        content, content_type="application/pdf", headers={"Content-Disposition": f'{how}; filename="{name}"'}
    )


def language_asked_for() -> str:
    """Return the language in `?language=`, else the city's own; answer 404 where pages have no such language."""
    language = request.args.get("language", workplace.settings().default_language)
    if language not in languages.LANGUAGES:
        abort(404)
    return language
