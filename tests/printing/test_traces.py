"""Printing leaves nothing behind: no file, and no name in the typesetter's memory of its work."""

import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PRINT_WITHOUT_WRITING = """
    import os, resource, signal, sys
    sys.path.insert(0, {root!r})
    from tests.printing.conftest import ARMS, FULL, LIGHT, PORTRAIT, as_it_is
    from pathlib import Path
    from citycard.printing.card import render_batch, render_card, render_slip
    from citycard.printing.faces import CardFace
    from citycard.settings import Office, Settings
    from citycard.slips.catalogue import Catalogue
    from citycard.slips.letter import home_sheet, letter
    from citycard.slips.saying import Speaker
    from datetime import date

    face = CardFace(city_names={{"fr": "Port-Sable"}}, city_language="fr", colour="#0b7285", issuer="https://x.invalid",
        report_loss="x.invalid", number="7KQ2M9X4TB3HD8WZ", issued_on=date(2026, 1, 2), expires_on=date(2031, 1, 1),
        name="Salma", language="fr", full_code=FULL, light_code=LIGHT, portrait=PORTRAIT, arms=ARMS)

    settings = Settings(issuer="https://x.invalid", names={{"fr": "X"}}, country="FR", time_zone="Europe/Paris")
    office = Office(Path.cwd(), settings)
    speaker = Speaker(Catalogue(office), "fr")
    written = []
    def watch(event, arguments):
        if event == "open":
            path, mode, flags = arguments
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                written.append(path)
    sys.addaudithook(watch)
    # The hook sees what Python writes. For the compiled libraries: the kernel refuses every byte to any file.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    before = set(os.listdir(os.environ["TMPDIR"]))
    render_card(face, translate=as_it_is)
    render_batch([face, face], translate=as_it_is)
    render_slip(face, letter(office, speaker, face, recovery_code="A"), home_sheet(speaker))
    assert written == [], written
    assert set(os.listdir(os.environ["TMPDIR"])) == before
    print("nothing written")
"""


def test_it_writes_no_file_at_all(tmp_path):
    code = textwrap.dedent(PRINT_WITHOUT_WRITING).format(root=str(ROOT))
    done = subprocess.run(
        [sys.executable, "-B", "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"TMPDIR": str(tmp_path), "PATH": "", "HOME": str(tmp_path)},
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "nothing written\n"), done.stderr


def test_printing_can_be_used_without_the_web():
    """A kiosk prints with this package alone, on a machine with neither Flask nor a database."""
    code = "import sys; sys.modules['flask'] = sys.modules['sqlalchemy'] = None; import citycard.printing.card"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
