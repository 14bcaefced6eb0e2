"""`citycard demo`: two offices side by side, with invented residents; or one to practise in, with `--training`."""

import fcntl
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

DEFAULT_FOLDER = Path("demo-offices")
TRAINING_FOLDER = Path("training-office")


@click.command()
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help=f"Where the offices are made.  [default: {DEFAULT_FOLDER}; with --training: {TRAINING_FOLDER}]",
)
@click.option(
    "--port",
    type=click.IntRange(1024, 65000),
    default=8101,
    show_default=True,
    help="The first city's port; the second takes the next. Ports in use are passed over.",
)
@click.option("--prepare-only", is_flag=True, help="Make the offices and stop.")
@click.option("--fresh", is_flag=True, help="Forget an earlier demonstration and make a new one.")
@click.option(
    "--training", is_flag=True, help="One office instead, to practise in with ten stories; made anew at each start."
)
def demo(folder: Path | None, port: int, prepare_only: bool, fresh: bool, training: bool) -> None:
    """Two city offices side by side, with invented residents, to try everything.

    An earlier demonstration in the same folder is taken up again, unless --fresh is given.
    """
    # Imported late: the pages, the printer and the drawings are not needed by the other commands.
    from citycard.demo import offices

    offices.without_our_surroundings()
    folder = (folder or (TRAINING_FOLDER if training else DEFAULT_FOLDER)).absolute()
    with _alone_in(folder):
        if training:
            _train(folder, port=port, prepare_only=prepare_only)
        else:
            _show(folder, port=port, prepare_only=prepare_only, fresh=fresh)


def _train(folder: Path, *, port: int, prepare_only: bool) -> None:
    from citycard.demo import both, training

    began = time.monotonic()
    city = training.prepare(folder, say=click.echo)
    click.echo(f"Ready after {time.monotonic() - began:.0f} s.")
    if prepare_only:
        return
    with both.running([city], both.free_ports(port, 1), logs=folder / "logs") as servers:
        click.echo(training.welcome(servers))
        both.wait_for_the_end(servers)
        click.echo("\nEnding …")
    click.echo("Ended. The next start begins a fresh day.")


def _show(folder: Path, *, port: int, prepare_only: bool, fresh: bool) -> None:
    from citycard.demo import both, offices, prepare, screen

    began = time.monotonic()
    cities = prepare.prepare(folder, fresh=fresh, say=click.echo)
    cards = _short(prepare.cards_folder(folder))
    click.echo(f"Ready after {time.monotonic() - began:.0f} s. Cards to try: {cards}/")
    if prepare_only:
        return
    ports = both.free_ports(port, len(cities))
    one, other = cities
    offices.point_to(one, other, both.address(ports[1]))
    offices.point_to(other, one, both.address(ports[0]))
    with both.running(cities, ports, logs=folder / "logs") as servers:
        for city in cities:
            offices.fetch(city)
        click.echo(screen.welcome(servers, cards=cards, command=_as_typed()))
        both.wait_for_the_end(servers)
        click.echo("\nEnding both …")
    click.echo("Ended. The demonstration is kept; start it again with the same command.")


def _short(path: Path) -> Path:
    """Return `path` as one would type it here."""
    return Path(os.path.relpath(path)) if path.is_relative_to(Path.cwd()) else path


def _as_typed() -> str:
    """Return how this command was called, so that a line can be copied from the screen."""
    return sys.argv[0] if Path(sys.argv[0]).name == "citycard" else "citycard"


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold the folder, so that two terminals do not run one demonstration."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise click.ClickException(
                "This demonstration is running in another terminal. End that one, or choose another --folder."
            ) from None
        yield


COMMANDS = (demo,)
