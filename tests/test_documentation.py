"""What a user can set, call or ask for is documented."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from boxed.box import Box
from boxed.commands.main import app as boxed_app
from boxed.gateway.app import create_app
from boxed.gateway.fake import FakeBox
from boxed.settings import ROLES, Settings
from evals.commands.main import app as evals_app

ROOT = Path(__file__).parent.parent
GATEWAY = (ROOT / "docs/gateway.md").read_text(encoding="utf-8")
EVERYTHING = "\n".join(
    path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
)


def commands(app, name):
    found = []
    for sub, command in get_command(app).commands.items():
        inner = getattr(command, "commands", None)
        found += [f"{name} {sub} {leaf}" for leaf in inner] if inner else [f"{name} {sub}"]
    return found


@pytest.mark.parametrize("setting", sorted(Settings.model_fields))
def test_every_setting_is_documented(setting):
    assert f"`{setting}`" in GATEWAY


def test_every_role_that_can_have_a_model_of_its_own_is_a_worker_router_or_composer():
    assert {"router", "composer"} < ROLES
    assert "`roles`" in GATEWAY


@pytest.mark.parametrize(
    "command", [*commands(boxed_app, "boxed"), *commands(evals_app, "boxed-evals")]
)
def test_every_command_is_documented(command):
    words = command.split()
    listed = re.search(r"boxed policy ([\w|]+)", EVERYTHING)
    assert command in EVERYTHING or (
        words[:2] == ["boxed", "policy"] and listed and words[2] in listed.group(1).split("|")
    )


def test_every_route_is_documented():
    routes = [route.path.replace("{id:path}", "{id}") for route in create_app(FakeBox()).routes]
    assert len(routes) == 24
    for route in routes:
        assert route in GATEWAY


def test_the_box_is_what_the_gateway_asks_for():
    for method in ("answer", "stream", "models", "in_force", "may_leave", "ready", "close"):
        assert callable(getattr(Box, method))


def anchors(page: Path) -> set[str]:
    """What GitHub makes of the headings: small letters, blanks as hyphens, no other signs."""
    text = re.sub(
        r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_links_between_the_documents_lead_somewhere():
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)", page.read_text("utf-8"))
        for target, anchor in links:
            aim = (page.parent / target) if target else page
            assert aim.exists(), f"{page.name}: {target}"
            assert not anchor or anchor in anchors(aim), f"{page.name}: {target}#{anchor}"


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.stem)
def test_a_page_says_what_its_reader_wants_and_leads_to_its_notes(page):
    text = page.read_text(encoding="utf-8")
    first = text.split("\n\n")[1]
    assert first.startswith("You ")
    assert len(text.encode()) <= 24_000, "move the story of how it was found to docs/notes"
    notes = ROOT / "docs/notes" / page.name
    assert not notes.exists() or f"(notes/{page.name}" in text
