"""The console's data: who gets it, what it says, and what it leaves behind."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from pathlib import Path

import httpx
import pytest
from consoles import ANSWER, API, HERE, MARA, app_of, client
from places import ROOT
from virtual_keys import id_of, make

from boxed.assemble import watch
from boxed.box import Box
from boxed.console.console import Console, console_of
from boxed.gateway.app import create_app
from boxed.gateway.door import Door
from boxed.gateway.settings import GatewaySettings
from boxed.settings import Settings
from prompts.book import load_book
from prompts.errors import BookError

ADMIN = {"Authorization": "Bearer sk-admin"}


async def file_of(http: httpx.AsyncClient, headers: dict[str, str] = HERE) -> str:
    return (await http.get(f"{API}/policies", headers=headers)).json()["policies"][0]["file"]


async def test_the_page_loads_nothing_from_elsewhere_and_runs_no_script_of_a_text(
    box: Box, prompts: Path
) -> None:
    async with client(app_of(box, admin_key="sk-admin", gateway_key="sk-gate")) as http:
        page = await http.get("/")
        assert page.status_code == 200
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"https?://|<style|\son\w+=|<script(?![^>]*src=)", page.text)
        named = re.findall(r'(?:src|href)="(console/[^"]+)"', page.text)
        assert named
        for name in named:
            file = await http.get(f"/{name}")
            assert file.status_code == 200, name
            again = await http.get(f"/{name}", headers={"If-None-Match": file.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
        script = (await http.get("/console/page/main.js")).text
        for other in re.findall(r'from "\./([\w.]+)"', script):
            assert (await http.get(f"/console/page/{other}")).status_code == 200
        for name in ("nothing.js", "..%2Fconsole.py", "__init__.py"):
            assert (await http.get(f"/console/page/{name}")).status_code == 404


def routes_of(box: Box) -> list[tuple[str, str]]:
    settings = Settings()
    routes = Console(box, settings).routes(Door(GatewaySettings(), None))
    return [
        (route.path, next(iter(route.methods - {"HEAD"})))
        for route in routes
        if route.methods and route.path.startswith(API)
    ]


async def test_every_address_of_data_asks_for_an_admin_key_where_there_are_keys(
    box: Box, tmp_path: Path
) -> None:
    keys = str(tmp_path / "keys.sqlite")
    chat, admin = make(keys, "acme"), make(keys, scope="admin")
    asked = routes_of(box)
    assert len(asked) == 18
    async with client(app_of(box, keys=keys, admin_key="sk-admin")) as http:
        for path, method in asked:
            address = re.sub(r"\{\w+\}", "x", path)
            for headers, status in (
                (HERE, 401),
                ({**HERE, "Authorization": "Bearer sk-wrong"}, 401),
                ({**HERE, "Authorization": f"Bearer {chat}"}, 403),
            ):
                answer = await http.request(method, address, headers=headers)
                assert answer.status_code == status, (path, headers)
        for key in (admin, "sk-admin"):
            headers = {"Authorization": f"Bearer {key}"}
            assert (await http.get(f"{API}/state", headers=headers)).json()["way"] == "admin"


@pytest.mark.parametrize(
    ("address", "at", "headers", "status", "code"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080", HERE, 200, None),
        ("::1", "http://[::1]:8080", HERE, 200, None),
        ("::ffff:127.0.0.1", "http://127.0.0.1:8080", HERE, 200, None),
        ("::ffff:10.0.0.7", "http://127.0.0.1:8080", HERE, 403, "not_local"),
        ("127.0.0.1", "http://localhost:8080", HERE, 200, None),
        ("127.0.0.1", "http://localhost", {**HERE, "Origin": "http://localhost"}, 200, None),
        ("10.0.0.7", "http://127.0.0.1:8080", HERE, 403, "not_local"),
        ("127.0.0.1", "http://127.0.0.1", {**HERE, "X-Forwarded-For": "1.2.3.4"}, 403, "not_local"),
        ("127.0.0.1", "http://evil.example:8080", HERE, 403, "other_origin"),
        ("127.0.0.1", "http://127.0.0.1.evil.example", HERE, 403, "other_origin"),
        ("127.0.0.1", "http://127.0.0.1", {**HERE, "Origin": "http://evil.example"}, 403,
         "other_origin"),
        ("127.0.0.1", "http://127.0.0.1", {**HERE, "Origin": "null"}, 403, "other_origin"),
        ("127.0.0.1", "http://127.0.0.1:8080", {}, 403, "no_console_header"),
    ],
)  # fmt: skip
async def test_without_any_key_the_data_is_for_pages_of_this_machine(
    box: Box, address: str, at: str, headers: dict[str, str], status: int, code: str | None
) -> None:
    async with client(app_of(box), address, at) as http:
        answer = await http.get(f"{API}/state", headers=headers)
    assert answer.status_code == status
    assert answer.json().get("error", {}).get("code") == code


async def test_settings_open_it_to_other_machines_or_turn_it_off(box: Box) -> None:
    async with client(app_of(box, console="open"), "10.0.0.7", "http://10.0.0.1:8080") as http:
        assert (await http.get(f"{API}/state", headers=HERE)).json()["way"] == "open"
        evil = {**HERE, "Host": "evil.example"}
        assert (await http.get(f"{API}/state", headers=evil)).status_code == 403
    assert console_of(box, Settings(console="off"), None) is None
    async with client(create_app(box)) as http:
        for path in ("/", f"{API}/state", "/console/page/main.js"):
            assert (await http.get(path, headers=HERE)).status_code == 404
    async with client(app_of(box, gateway_key="sk-gate")) as http:
        answer = await http.get(f"{API}/state", headers=HERE)
        assert answer.json()["error"]["code"] == "no_admin_key"


async def test_a_pages_of_another_origin_gets_no_leave_to_read(box: Box) -> None:
    app = app_of(box, admin_key="sk-admin")
    asking = {"Origin": "http://evil.example", "Access-Control-Request-Method": "PUT",
              "Access-Control-Request-Headers": "authorization"}  # fmt: skip
    async with client(app) as http:
        answer = await http.options(f"{API}/policies/x", headers=asking)
        assert "access-control-allow-origin" not in answer.headers
        assert "set-cookie" not in (await http.get("/")).headers


async def test_a_good_edit_is_saved_and_watched_into_force(box: Box, prompts: Path) -> None:
    file = prompts / "policies/mara-quill.md"
    watcher = watch(box, Settings(policies=prompts))
    try:
        async with client(app_of(box, policies=prompts)) as http:
            name = await file_of(http)
            assert "quill" not in name
            told = (await http.get(f"{API}/policies/{name}", headers=HERE)).json()
            assert told["text"] == MARA
            changed = MARA.replace("response: pretend", "response: refuse")
            mark = {**HERE, "If-Match": f'"{told["digest"]}"'}
            answer = await http.put(f"{API}/policies/{name}", json={"text": changed}, headers=mark)
            assert answer.status_code == 200, answer.text
            assert file.read_text() == changed
            again = await http.put(f"{API}/policies/{name}", json={"text": MARA}, headers=mark)
            assert (again.status_code, again.json()["error"]["code"]) == (409, "changed_meanwhile")
            assert file.read_text() == changed
            bare = await http.put(f"{API}/policies/{name}", json={"text": MARA}, headers=HERE)
            assert bare.status_code == 400
            for _ in range(200):
                if box.snapshot.book.get("mara-quill").response == "refuse":
                    break
                await asyncio.sleep(0.05)
            assert box.snapshot.book.get("mara-quill").response == "refuse"
    finally:
        watcher.stop()


@pytest.mark.parametrize(
    "change",
    [
        ("response: pretend", "response: hide"),
        ("kind: person", "kind: person\nnoise: 1"),
        ("aliases: [May]", "aliases: [M]"),
        ("---\nYou", "You"),
        ("id: mara-quill", "id: jon-vale"),
    ],
)
async def test_a_bad_edit_is_refused_in_the_words_of_the_check(
    box: Box, prompts: Path, change: tuple[str, str]
) -> None:
    (prompts / "policies/jon-vale.md").write_text(
        MARA.replace("mara-quill", "jon-vale").replace("Mara Quill", "Jon Vale")
    )
    bad = MARA.replace(*change)
    assert bad != MARA
    async with client(app_of(box, policies=prompts)) as http:
        name = await file_of(http)
        told = (await http.get(f"{API}/policies/{name}", headers=HERE)).json()
        mark = {**HERE, "If-Match": told["digest"]}
        saved = await http.put(f"{API}/policies/{name}", json={"text": bad}, headers=mark)
        checked = await http.post(f"{API}/policies/{name}/check", json={"text": bad}, headers=HERE)
    file = prompts / "policies/mara-quill.md"
    assert (saved.status_code, checked.status_code) == (422, 422)
    assert file.read_text() == MARA
    file.write_text(bad)
    with pytest.raises(BookError) as raised:
        load_book(prompts)
    said = {(fault.problem, fault.remedy) for fault in raised.value.errors
            if "also the id" not in fault.problem}  # fmt: skip
    told_too = {(one["problem"], one["remedy"]) for one in saved.json()["error"]["faults"]}
    assert said <= told_too
    assert told_too
    assert checked.json()["error"] == saved.json()["error"]


async def test_a_check_runs_the_policys_own_questions_and_names_what_others_bear(
    box: Box, prompts: Path
) -> None:
    async with client(app_of(box, policies=prompts)) as http:
        name = await file_of(http)
        good = (await http.post(f"{API}/policies/{name}/check", headers=HERE)).json()
        worse = MARA.replace("Who wrote Hamlet?", "Where did Mara Quill live?")
        draft_told = (
            await http.post(f"{API}/policies/{name}/check", json={"text": worse}, headers=HERE)
        ).json()
    assert (good["missed"], len(good["rows"])) == (0, 2)
    assert [one["name"] for one in good["ambiguous"]] == ["May"]
    assert good["ambiguous"][0]["touches"]
    assert draft_told["missed"] == 1


async def test_a_fresh_policy_is_written_where_none_stands(box: Box, prompts: Path) -> None:
    fresh = {"id": "jon-vale", "title": "Jon Vale", "kind": "person", "response": "refuse"}
    async with client(app_of(box, policies=prompts)) as http:
        answer = await http.post(f"{API}/policies", json=fresh, headers=HERE)
        assert answer.status_code == 200, answer.text
        assert load_book(prompts).get("jon-vale").title == "Jon Vale"
        again = await http.post(f"{API}/policies", json=fresh, headers=HERE)
        assert again.status_code == 409
        for wrong in ({**fresh, "id": "../x"}, {**fresh, "kind": "dog"}, {**fresh, "more": 1}):
            assert (await http.post(f"{API}/policies", json=wrong, headers=HERE)).status_code == 400
    async with client(app_of(box)) as http:
        answer = await http.post(f"{API}/policies", json=fresh, headers=HERE)
        assert answer.json()["error"]["code"] == "not_possible"


async def test_a_question_is_put_to_both_and_its_plan_told(box: Box) -> None:
    async with client(app_of(box)) as http:
        told = (
            await http.post(
                f"{API}/try", json={"question": "Where was Mara Quill born?"}, headers=HERE
            )
        ).json()
        assert told["bare"]["text"] == ANSWER
        assert "Quill" not in told["boxed"]["text"]
        assert told["evidence"][0]["policy"] == "mara-quill"
        assert told["evidence"][0]["words"] == "Mara Quill"
        assert any("mara-quill" in step["decision"] for step in told["steps"])
        assert {"screen", "route", "work"} <= {step["stage"] for step in told["steps"]}
        bad = await http.post(f"{API}/try", json={"question": ""}, headers=HERE)
        assert bad.status_code == 400


async def test_decisions_are_told_once_with_the_policys_name_and_no_content(box: Box) -> None:
    app = app_of(box)
    body = {"model": "m", "messages": [{"role": "user", "content": "Where was Mara Quill born?"}]}
    async with client(app) as http:
        await http.post("/v1/chat/completions", json=body)
        await http.get(f"{API}/state", headers=HERE)
        first = (await http.get(f"{API}/decisions", headers=HERE)).json()
        [one] = first["decisions"]
        assert (one["route"], one["result"], one["status"]) == (
            "/v1/chat/completions", "guarded", 200,
        )  # fmt: skip
        assert one["policies"][0]["id"] == "mara-quill"
        assert {phase["name"] for phase in one["phases"]} >= {"screen", "work"}
        assert "born" not in json.dumps(first)
        rest = {"source": first["source"], "after": str(first["after"])}
        again = await http.get(f"{API}/decisions", params=rest, headers=HERE)
        assert again.json()["decisions"] == []
        other = await http.get(f"{API}/decisions", params={**rest, "source": "x"}, headers=HERE)
        assert len(other.json()["decisions"]) == 1


async def test_keys_are_made_once_seen_and_taken_back(box: Box, tmp_path: Path) -> None:
    keys = str(tmp_path / "keys.sqlite")
    admin = {"Authorization": f"Bearer {make(keys, scope='admin')}"}
    body = {"model": "m", "messages": [{"role": "user", "content": "Hello"}]}
    async with client(app_of(box, keys=keys)) as http:
        wanted = {"scope": "chat", "tenant": "acme", "tokens_a_month": 1000}
        made = (await http.post(f"{API}/keys", json=wanted, headers=admin)).json()
        assert made["warning"]
        own = {"Authorization": f"Bearer {made['key']}"}
        await asyncio.sleep(0.3)  # a gateway looks for a key that it does not know after a moment
        answer = await http.post("/v1/chat/completions", json=body, headers=own)
        assert answer.status_code == 200
        listed = await http.get(f"{API}/keys", headers=admin)
        assert made["key"] not in listed.text
        assert {row["id"] for row in listed.json()["keys"]} >= {made["id"]}
        limits = {"tenant": "ACME", "requests_a_minute": 5}
        assert (await http.put(f"{API}/tenants", json=limits, headers=admin)).json()[
            "tenant"
        ] == "acme"
        gone = await http.post(f"{API}/keys/{made['id']}/revoke", headers=admin)
        assert gone.json() == {"id": made["id"]}
        row = next(
            one
            for one in (await http.get(f"{API}/keys", headers=admin)).json()["keys"]
            if one["id"] == made["id"]
        )
        assert row["state"] == "revoked"
        for wrong in ({"scope": "root"}, {"upstream": "nowhere"}, {"days": 0}, {"more": 1},
                      {"scope": "admin", "tenant": "acme"}):  # fmt: skip
            assert (await http.post(f"{API}/keys", json=wrong, headers=admin)).status_code == 400
        assert (await http.post(f"{API}/keys/none/revoke", headers=admin)).status_code == 404


async def test_no_log_line_and_no_figure_holds_a_name_a_question_or_a_key(
    box: Box, prompts: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="boxed")
    keys = str(tmp_path / "keys.sqlite")
    admin = make(keys, scope="admin")
    headers = {"Authorization": f"Bearer {admin}"}
    async with client(app_of(box, keys=keys, policies=prompts)) as http:
        question = {"question": "Where was Mara Quill born?", "tenant": "wexolia"}
        await http.post(f"{API}/try", json=question, headers=headers)
        name = await file_of(http, headers)
        told = (await http.get(f"{API}/policies/{name}", headers=headers)).json()
        mark = {**headers, "If-Match": told["digest"]}
        for text in (MARA + "\nMore.\n", MARA.replace("pretend", "hide")):
            await http.put(f"{API}/policies/{name}", json={"text": text}, headers=mark)
        made = (await http.post(f"{API}/keys", json={}, headers=headers)).json()
        await http.get(f"{API}/policies/mara-quill", headers=headers)
        await http.post(f"{API}/forget", json={"subject": "Mara Quill"}, headers=headers)
        figures = (await http.get("/metrics", headers=headers)).text
    assert f"by={id_of(admin)}" in caplog.text
    for sink in (caplog.text, figures):
        for word in ("Mara", "quill", "born", "Skerrow", "wexolia", admin, made["key"]):
            assert word.lower() not in sink.lower(), word


def test_the_page_about_the_console_names_its_settings_and_what_it_serves(box: Box) -> None:
    page = (Path(ROOT) / "docs/console.md").read_text(encoding="utf-8")
    for path, method in routes_of(box):
        assert f"`{method} {path.removeprefix(API)}`" in page
    for setting in ('`console = "off"`', '`console = "open"`', "`reports`"):
        assert setting in page
