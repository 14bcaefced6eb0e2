"""The residents of Port-Sable and Rivemont. All of them are invented.

Their names stand in several scripts and orders, long and short, single; some know their day of birth, some only the
year, some nothing: what a counter meets in a week.
"""

from dataclasses import dataclass
from enum import StrEnum

from citycard.demo.portraits import Look


class Stage(StrEnum):
    """How far somebody's card has come when the demonstration begins."""

    HELD = "held"
    """In the holder's hand; the office has forgotten them."""
    SUSPENDED = "suspended"
    ENDED = "ended"
    DRAFT = "draft"
    ON_HOLD = "on-hold"
    AWAITING = "awaiting"
    APPROVED = "approved"
    ISSUED = "issued"
    PRINTED = "printed"


@dataclass(frozen=True)
class Resident:
    """Somebody invented, and the choices they make at the counter."""

    key: str
    """For file names of the demonstration; never stored in an office."""
    name: str
    city: str
    """port-sable or rivemont."""
    stage: Stage
    look: Look
    language: str = "fr"
    born: str = ""
    """YYYYMMDD, YYYY or nothing."""
    own_script: str = ""
    own_script_language: str = ""
    own_script_in_code: bool = False
    portrait_in_code: bool = True
    address: str = ""
    address_in_code: bool = False
    gender_words: str = ""
    companion: str = ""
    """Who came along, if somebody did: guardian or institution."""
    to_call: tuple[str, str] = ("", "")
    """Name and telephone number of somebody to call; the numbers begin with 00, and nobody answers."""


RESIDENTS = (
    Resident(
        key="awa",
        name="Awa Diombélé",
        city="port-sable",
        stage=Stage.HELD,
        born="19920817",
        address="14 quai des Filets\n99140 Port-Sable",
        look=Look(
            seed=11,
            skin="#7a4a30",
            hair="#1f1512",
            style="afro",
            clothes="#d9892b",
            ground="#dfe9e6",
            lips="#9c3f3f",
            earrings="#e0b040",
            face=0.97,
            jaw=0.94,
            age=33,
        ),
    ),
    Resident(
        key="nasrin",
        name="Nasrin Haydari-Lamond",
        city="port-sable",
        stage=Stage.HELD,
        language="ar",
        born="19780303",
        own_script="نسرين حيدري لاموند",
        own_script_language="ara",
        own_script_in_code=True,
        look=Look(
            seed=12,
            skin="#d9a47c",
            hair="#2a1c16",
            style="scarf",
            covering="#3f6f8f",
            clothes="#2f5570",
            ground="#efe6dc",
            lips="#b4574f",
            face=0.97,
            jaw=0.93,
            age=47,
        ),
    ),
    Resident(
        key="oleksa",
        name="Hnatyshko Oleksa",
        city="port-sable",
        stage=Stage.HELD,
        language="en",
        born="1961",
        own_script="Гнатишко Олекса",
        own_script_language="ukr",
        portrait_in_code=False,
        look=Look(
            seed=13,
            skin="#eec3a3",
            hair="#b9b3aa",
            style="bald",
            clothes="#4b5b6b",
            ground="#e3e8ee",
            neckline="collar",
            eyes="#4d7290",
            beard="moustache",
            age=65,
            face=1.05,
            jaw=1.08,
        ),
    ),
    Resident(
        key="tadele",
        address="c/o Association du Vieux-Port",
        name="Tadele",
        city="port-sable",
        stage=Stage.SUSPENDED,
        language="en",
        own_script="ታደለ",
        own_script_language="amh",
        look=Look(
            seed=14,
            skin="#6b4129",
            hair="#17100d",
            style="crop",
            clothes="#5a7a4a",
            ground="#e9ebdd",
            beard="short",
            face=0.96,
            jaw=0.98,
            age=29,
        ),
    ),
    Resident(
        key="melpo",
        name="Melpo Karydaki",
        city="port-sable",
        stage=Stage.ENDED,
        language="en",
        born="19490125",
        own_script="Μέλπω Καρυδάκη",
        own_script_language="ell",
        address="3 impasse du Phare\n99140 Port-Sable",
        look=Look(
            seed=15,
            skin="#e7b998",
            hair="#d9d5cf",
            style="bob",
            clothes="#7d5a86",
            ground="#cbbfd0",
            glasses="#5a3b46",
            lips="#b4605c",
            eyes="#5b4a35",
            age=76,
            face=0.99,
        ),
    ),
    Resident(
        key="lucien",
        name="Lucien Tervagne",
        city="port-sable",
        stage=Stage.PRINTED,
        born="19870609",
        look=Look(
            seed=16,
            skin="#f2c9ad",
            hair="#a5532a",
            style="swept",
            clothes="#37506b",
            ground="#e6edf2",
            neckline="collar",
            beard="full",
            eyes="#56784f",
            freckles=True,
            age=38,
        ),
    ),
    Resident(
        key="soledad",
        name="María de la Soledad Quintarroyo Benavídez de Montealegre",
        city="port-sable",
        stage=Stage.APPROVED,
        language="es",
        born="19950430",
        look=Look(
            seed=17,
            skin="#c98f66",
            hair="#34201a",
            style="long",
            clothes="#b9434b",
            ground="#f2e8df",
            lips="#b23b45",
            face=0.96,
            jaw=0.92,
            age=30,
            neckline="v",
        ),
    ),
    Resident(
        key="idris",
        name="Idris Benchaoua",
        city="port-sable",
        stage=Stage.AWAITING,
        language="ar",
        born="20031112",
        own_script="إدريس بنشاوة",
        own_script_language="ara",
        look=Look(
            seed=18,
            skin="#b97c54",
            hair="#1d1411",
            style="curls",
            clothes="#e3e3df",
            ground="#d7e3ea",
            age=22,
            face=0.98,
        ),
    ),
    Resident(
        key="harjeet",
        name="Harjeet Malhiwal",
        city="port-sable",
        stage=Stage.DRAFT,
        language="en",
        look=Look(
            seed=19,
            skin="#a9714a",
            hair="#2a211d",
            style="turban",
            covering="#c7642d",
            clothes="#39424e",
            ground="#e8ece9",
            beard="full",
            age=52,
            neckline="collar",
        ),
    ),
    Resident(
        key="ninon",
        companion="guardian",
        to_call=("Odile", "00 00 00 00 07"),
        name="Ninon Ostrevigne",
        city="rivemont",
        stage=Stage.HELD,
        born="20080214",
        look=Look(
            seed=21,
            skin="#f4cfb6",
            hair="#d6a757",
            style="bun",
            clothes="#5c8a86",
            ground="#f3ece2",
            eyes="#4f7d96",
            freckles=True,
            face=0.95,
            jaw=0.9,
            age=18,
            lips="#c9685f",
        ),
    ),
    Resident(
        key="kwame",
        name="Kwame Asantefoh",
        city="rivemont",
        stage=Stage.HELD,
        language="en",
        born="1974",
        portrait_in_code=False,
        look=Look(
            seed=22,
            skin="#5b3725",
            hair="#3c3735",
            style="crop",
            clothes="#8a3b2f",
            ground="#ece5d8",
            glasses="#2a2522",
            beard="short",
            age=51,
            face=1.02,
            jaw=1.05,
            neckline="high",
        ),
    ),
    Resident(
        key="linh",
        name="Đặng Thị Mỹ Linh",
        city="rivemont",
        stage=Stage.HELD,
        language="fr",
        born="19830929",
        gender_words="femme",
        look=Look(
            seed=23,
            skin="#ecc39c",
            hair="#1c1616",
            style="bob",
            clothes="#3d5f8f",
            ground="#e5eaf0",
            lips="#bf5b57",
            face=1.0,
            jaw=0.92,
            age=42,
        ),
    ),
    Resident(
        key="fatou",
        name="Fatou Ndiarème",
        city="rivemont",
        stage=Stage.AWAITING,
        born="19990101",
        look=Look(
            seed=24,
            skin="#82502f",
            hair="#1b1210",
            style="braids",
            clothes="#2f8072",
            ground="#f1ead9",
            earrings="#d9a93a",
            lips="#95403c",
            face=0.97,
            jaw=0.94,
            age=26,
        ),
    ),
    Resident(
        key="gaspard",
        name="Gaspard Velloret",
        city="rivemont",
        stage=Stage.ON_HOLD,
        born="19401203",
        look=Look(
            seed=25,
            skin="#efc4a8",
            hair="#e8e5e0",
            style="short",
            clothes="#6a6f52",
            ground="#b9c9d3",
            glasses="#6b6259",
            eyes="#5d7f93",
            age=85,
            neckline="collar",
            face=1.0,
        ),
    ),
)
"""Nine in Port-Sable, five in Rivemont."""


def of(city: str) -> tuple[Resident, ...]:
    """Return the residents of one city."""
    return tuple(resident for resident in RESIDENTS if resident.city == city)
