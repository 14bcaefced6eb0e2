"""What services are called among cities: a closed list of codes, so that "library" means the same in each of them.

1. A code is what a city publishes in its statement, what an agreement names and what a partner's desk goes by. It is
   never used again for something else; a new one comes with a new version of citycard.
2. Each has a name in the four languages of the pages. What a city calls its own library is another matter, and stands
   in its file.
3. Each belongs to one kind, in which the page shows it. Nothing else depends on the kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

EVENT = "event"
"""The one category whose services have days of their own instead of a time from which they are there."""


class Kind(StrEnum):
    """What goes together on the page, in its order (3)."""

    CULTURE = "culture"
    CHILDREN = "children"
    MOVING = "moving"
    TOWN = "town"
    DATES = "dates"


@dataclass(frozen=True)
class Category:
    """One category."""

    code: str
    kind: Kind
    names: Mapping[str, str]


def _category(code: str, kind: Kind, fr: str, en: str, es: str, ar: str) -> Category:
    return Category(code, kind, {"fr": fr, "en": en, "es": es, "ar": ar})


_ALL = (
    _category("library", Kind.CULTURE, "Bibliothèque", "Library", "Biblioteca", "مكتبة"),
    _category("museum", Kind.CULTURE, "Musée", "Museum", "Museo", "متحف"),
    _category("stage", Kind.CULTURE, "Spectacles", "Theatre and concerts", "Teatro y conciertos", "مسرح وموسيقى"),
    _category("courses", Kind.CULTURE, "Cours et ateliers", "Courses", "Cursos y talleres", "دروس وورشات"),
    _category("swimming-pool", Kind.CULTURE, "Piscine", "Swimming pool", "Piscina", "مسبح"),
    _category("sports", Kind.CULTURE, "Sport", "Sports", "Deporte", "رياضة"),
    _category("day-care", Kind.CHILDREN, "Crèche", "Day-care", "Guardería", "حضانة"),
    _category("school", Kind.CHILDREN, "École", "School", "Escuela", "مدرسة"),
    _category("school-meals", Kind.CHILDREN, "Cantine", "School meals", "Comedor escolar", "مطعم مدرسي"),
    _category("holidays", Kind.CHILDREN, "Vacances des enfants", "Holiday camps", "Campamentos", "عطل الأطفال"),
    _category("transport", Kind.MOVING, "Transports", "Bus and tram", "Transporte", "نقل عام"),
    _category("bicycle", Kind.MOVING, "Vélo", "Bicycles", "Bicicletas", "دراجات"),
    _category("civil-registry", Kind.TOWN, "État civil", "Civil registry", "Registro civil", "الحالة المدنية"),
    _category("participation", Kind.TOWN, "Participation", "Having a say", "Participación", "مشاركة"),
    _category("social-help", Kind.TOWN, "Entraide", "Help and advice", "Ayuda y consejo", "مساعدة ومشورة"),
    _category("health", Kind.TOWN, "Santé", "Health", "Salud", "صحة"),
    _category("recycling", Kind.TOWN, "Déchèterie", "Recycling", "Punto limpio", "تدوير"),
    _category(EVENT, Kind.DATES, "Rendez-vous", "Event", "Cita", "موعد"),
)

CATEGORIES: Mapping[str, Category] = {category.code: category for category in _ALL}
"""By code, in the order of the page."""


@cache
def drawing(code: str) -> str:
    """Return the picture of a category, as SVG in the colour of the text around it; it stands beside words."""
    return (files("citycard.services") / "drawings" / f"{CATEGORIES[code].code}.svg").read_text("utf-8").strip()
