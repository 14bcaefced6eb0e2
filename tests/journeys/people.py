"""What people do at their screens, in the words of the story.

Pages are used as a person uses them: by what fields and buttons do, not by where they stand in the HTML.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

PASSWORD = "une phrase assez longue"
"""Everybody's, in a story that is not about passwords."""


@dataclass(frozen=True)
class Screen:
    """Somebody's browser, at the office whose origin is `url`."""

    page: Page
    url: str

    def open(self, path: str) -> Page:
        """Go to a page of the office."""
        answer = self.page.goto(self.url + path)
        assert answer is not None
        assert answer.status == 200, f"{path} answers {answer.status}"
        return self.page

    def press(self, action: str) -> None:
        """Press the button of the form that is sent to `action` (the end of its address), and wait for the answer."""
        with self.page.expect_navigation():
            self.page.locator(f'form[action$="{action}"] button[type=submit]').last.click()

    def go_on(self) -> None:
        """Press Enter's button of the page's own form."""
        with self.page.expect_navigation():
            self.page.locator("main form.sheet button.strong[type=submit]").first.click()

    def heading(self) -> str:
        """The page's heading."""
        return self.page.locator("h1").inner_text()


def sign_in(page: Page, url: str, name: str) -> Screen:
    """Sign `name` in."""
    screen = Screen(page, url)
    screen.open("/staff/sign-in")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    # The page that is left has a heading, too: it is the next one that must be there.
    with page.expect_navigation():
        page.press("input[name=password]", "Enter")
    expect(page.locator("h1")).to_be_visible()
    assert "/staff/sign-in" not in page.url, f"{name} could not sign in"
    return screen


@dataclass(frozen=True)
class Answers:
    """What a resident tells the clerk."""

    full_name: str
    own_script_name: str = ""
    own_script_language: str = ""
    day: str = ""
    month: str = ""
    year: str = ""
    birth_known: str = "full"
    language: str = "fr"
    portrait: Path | None = None
    portrait_in_code: str = "yes"


def enrol(clerk: Screen, answers: Answers) -> str:
    """Enrol somebody, up to the supervisor's turn, and return the ticket."""
    page = clerk.page
    clerk.open("/enrolments/")
    clerk.press("/enrolments/")
    ticket = page.url.rstrip("/").split("/")[-2]
    page.fill("input[name=full_name]", answers.full_name)
    page.check(f'input[name=birth_known][value="{answers.birth_known}"]')
    for part in ("day", "month", "year"):
        if value := getattr(answers, part):
            page.fill(f"input[name={part}]", value)
    page.select_option("select[name=language]", answers.language)
    if answers.own_script_name:
        page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
        page.fill("input[name=own_script_name]", answers.own_script_name)
        page.select_option("select[name=own_script_language]", answers.own_script_language)
    if answers.portrait:
        page.set_input_files("input[name=picture]", answers.portrait)
    clerk.go_on()
    assert page.url.endswith("/evidence"), page.locator("main").inner_text()
    page.check("input[name=paper][value=official-photo]")
    page.check("input[name=paper][value=energy-bill]")
    clerk.go_on()
    page.check(f'input[name=portrait_in_code][value="{answers.portrait_in_code}"]')
    if answers.own_script_name:
        page.check("input[name=own_script_in_code]")
    clerk.go_on()
    assert page.url.endswith("/check"), page.locator("main").inner_text()
    clerk.go_on()
    return ticket


def approve(supervisor: Screen, ticket: str) -> None:
    """Look at what will be signed, and approve it."""
    supervisor.open(f"/enrolments/{ticket}/approve")
    with supervisor.page.expect_navigation():
        supervisor.page.locator("main form button.strong").first.click()


def issue(clerk: Screen, ticket: str) -> None:
    """Sign the codes."""
    clerk.open(f"/enrolments/{ticket}/finish")
    clerk.press("/issue")


def print_card(clerk: Screen, ticket: str) -> bytes:
    """Ask for the card's PDF exactly as the button does, with the page's token and the clerk's session."""
    page = clerk.open(f"/enrolments/{ticket}/finish")
    token = page.locator('form[action$="/print"] input[name=csrf_token]').input_value()
    answer = page.request.post(f"{clerk.url}/enrolments/{ticket}/print", form={"csrf_token": token})
    assert answer.status == 200, answer.status
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline")
    assert "no-store" in answer.headers["cache-control"]
    return answer.body()


def print_slip(clerk: Screen, ticket: str) -> bytes:
    """Ask for the holder's slip with the home sheet, as the button does."""
    page = clerk.open(f"/enrolments/{ticket}/finish")
    token = page.locator('form[action$="/slip"] input[name=csrf_token]').first.input_value()
    answer = page.request.post(f"{clerk.url}/enrolments/{ticket}/slip", form={"csrf_token": token})
    assert answer.status == 200, answer.status
    return answer.body()


def hand_over(clerk: Screen, ticket: str) -> None:
    """Give the card to its holder, with the slip."""
    print_slip(clerk, ticket)
    clerk.open(f"/enrolments/{ticket}/finish")
    clerk.press("/hand-over")


def check_text(desk: Screen, text: str) -> str:
    """Scan a code with a handheld scanner, which types it and presses Enter; return what the screen says."""
    page = desk.open("/desk/")
    page.fill("[name=code]", text)
    page.press("[name=code]", "Enter")
    return _shown(page)


def check_picture(desk: Screen, picture: Path) -> str:
    """Upload a picture of a card; return what the screen says."""
    page = desk.open("/desk/")
    page.set_input_files("input[name=picture]", picture)
    page.locator("#scan button.strong[type=submit]").click()
    return _shown(page)


def _shown(page: Page) -> str:
    expect(page.locator("[data-verdict]").first).to_be_visible()
    return page.locator("main").inner_text()


def end_card(clerk: Screen, text: str) -> None:
    """End a card that lies on the desk."""
    page = clerk.open("/cards/")
    page.fill("[name=card]", text)
    with page.expect_navigation():
        page.press("[name=card]", "Enter")
    clerk.press("/cards/end/ask")
    clerk.press("/cards/end")
