"""`citycard doctor`: what is not as it should be in this office, why it matters, and how it is mended.

Exit code 0 when nothing has to be done now, 1 when something has; `--json` for a machine that watches. `--mail` tries
whether notices by e-mail arrive, and does nothing else.
"""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click

from citycard.cli.here import Here, here
from citycard.core.errors import CitycardError
from citycard.operations import doctor as office_doctor
from citycard.operations.doctor import notices
from citycard.operations.doctor.finding import Finding, Level, worst
from citycard.operations.doctor.machine import this_machine

_INDENT = " " * 6


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--mail", is_flag=True, help="Send a trial notice by e-mail, and look at nothing else.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool, mail: bool) -> None:
    """Look the office over: keys, secrets, register, settings, machine, printing. Changes nothing.

    Each finding is fine, soon or now. Run it as the account of the service, which alone can read the secrets.
    """
    place = here(ctx)
    if mail:
        if as_json:
            raise click.UsageError("--mail looks at nothing that --json could tell.")
        _send_trial(place)
        return
    found = office_doctor.examine(place.office, place.engine, here=this_machine(), now=datetime.now(UTC))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], indent=1, ensure_ascii=False))
    else:
        for level in (Level.NOW, Level.SOON, Level.FINE):
            for each in found:
                if each.level is level:
                    _say(each)
    if worst(found) is Level.NOW:
        sys.exit(1)


def _send_trial(place: Here) -> None:
    from citycard.web.notices import send_trial  # the words; the web takes a second to load

    with place.app().app_context():
        try:
            send_trial()
        except CitycardError as refused:
            click.echo(f"Error: {refused} [{refused.code}]", err=True)
            click.echo(f"{_INDENT}Mend: {notices.mend(refused.code)}", err=True)
            sys.exit(1)
    click.echo(f"The mail server took a trial notice for {', '.join(place.office.settings.mail_to)}.")
    click.echo("Look whether it arrived: what becomes of it behind that server is not known here.")


def _say(finding: Finding) -> None:
    if finding.level is Level.FINE:
        click.echo(f"fine  {finding.what}")
        return
    about = f" {finding.about}" if finding.about else ""
    click.echo(f"{finding.level.upper():4}  {finding.what} [{finding.code}{about}]")
    click.echo(f"{_INDENT}Why: {finding.why}")
    click.echo(f"{_INDENT}Mend: {finding.mend}")
    for command in finding.commands:
        click.echo(f"{_INDENT}  {command}")
    click.echo()


COMMANDS = (doctor,)
