"""What `deploy/` and the Dockerfile name is there: ports, settings, probes, files."""

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from nginx import NGINX, configured
from places import ROOT

from boxed.gateway.app import create_app
from boxed.gateway.fake import FakeBox
from boxed.settings import Settings

DEPLOY = ROOT / "deploy"
TEMPLATES = sorted((DEPLOY / "helm/boxed/templates").glob("*.yaml"))
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
ROUTES = {route.path for route in create_app(FakeBox()).routes}  # type: ignore[attr-defined]


def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def filled(template: Path) -> Any:
    """A template as YAML, with a word for every value that Helm would put in."""
    lines = [
        re.sub(r"\{\{.*?\}\}", "x", line)
        for line in template.read_text("utf-8").splitlines()
        if not re.fullmatch(r"\s*\{\{-? ?(if|end|range|toYaml).*\}\}", line)
    ]
    return yaml.safe_load("\n".join(lines))


def settings_named(text: str) -> set[str]:
    return set(re.findall(r"\bBOXED_([A-Z_]+)\b", text))


@pytest.mark.parametrize("file", [
    ROOT / "Dockerfile", DEPLOY / "compose.yaml", DEPLOY / "env.example",
    DEPLOY / "helm/boxed/values.yaml", *TEMPLATES,
], ids=lambda path: path.name)  # fmt: skip
def test_every_setting_that_is_named_is_one(file: Path) -> None:
    known = {name.upper() for name in Settings.model_fields}
    assert settings_named(file.read_text("utf-8")) <= known


def test_every_template_is_yaml_of_a_kind_that_kubernetes_knows() -> None:
    made = {filled(template)["kind"]: filled(template)["apiVersion"] for template in TEMPLATES}
    assert made == {
        "Deployment": "apps/v1", "Service": "v1", "ConfigMap": "v1", "Secret": "v1",
        "HorizontalPodAutoscaler": "autoscaling/v2", "PodDisruptionBudget": "policy/v1",
    }  # fmt: skip
    chart = yaml.safe_load((DEPLOY / "helm/boxed/Chart.yaml").read_text("utf-8"))
    values = yaml.safe_load((DEPLOY / "helm/boxed/values.yaml").read_text("utf-8"))
    assert chart["appVersion"] == values["image"]["tag"]
    for template in TEMPLATES:
        text = template.read_text("utf-8")
        for path in re.findall(r"\.Values\.([\w.]+)", text):
            found: Any = values
            for part in path.split("."):
                assert part in found, f"{template.name}: {path}"
                found = found[part]


def test_values_of_the_chart_are_policies_that_load(tmp_path: Path) -> None:
    from prompts.book import load_book

    values = yaml.safe_load((DEPLOY / "helm/boxed/values.yaml").read_text("utf-8"))
    for name, text in values["policies"].items():
        (tmp_path / "policies").mkdir(exist_ok=True)
        (tmp_path / "policies" / name).write_text(text, "utf-8")
    assert [policy.id for policy in load_book(tmp_path).policies] == ["example"]


def test_the_pod_is_probed_where_the_gateway_answers_and_may_write_nowhere() -> None:
    spec = filled(DEPLOY / "helm/boxed/templates/deployment.yaml")["spec"]["template"]["spec"]
    [container] = spec["containers"]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"]["path"] in ROUTES
        assert container[probe]["httpGet"]["port"] == container["ports"][0]["name"]
    assert f"BOXED_PORT={container['ports'][0]['containerPort']}" in DOCKERFILE
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert f"USER {spec['securityContext']['runAsUser']}:" in DOCKERFILE
    drain = int(yaml.safe_load((DEPLOY / "helm/boxed/values.yaml").read_text())["settings"]
                ["BOXED_DRAIN_SECONDS"])  # fmt: skip
    assert spec["terminationGracePeriodSeconds"] > drain + 5
    mounts = {mount["mountPath"] for mount in container["volumeMounts"]}
    folder = re.search(r"BOXED_POLICIES=(\S+)", DOCKERFILE)
    assert folder is not None
    assert mounts == {f"{folder[1]}/policies", "/tmp"}
    pods = filled(DEPLOY / "helm/boxed/templates/service.yaml")["spec"]
    assert pods["ports"][0]["targetPort"] == container["ports"][0]["name"]


def test_compose_brings_what_its_replicas_name() -> None:
    made = compose()
    services, settings = made["services"], made["services"]["boxed-1"]["environment"]
    for word in ("KEYS", "LEDGER", "CONVERSATIONS"):
        assert settings[f"BOXED_{word}"].endswith("@postgres/boxed")
    assert settings["BOXED_STORE"] == "http://chroma:8000"
    assert set(services["boxed-2"]["depends_on"]) <= set(services)
    assert services["boxed-1"] == services["boxed-2"]
    assert int(services["boxed-1"]["stop_grace_period"].rstrip("s")) > int(
        settings["BOXED_DRAIN_SECONDS"]
    )
    named = {mount.split(":")[0] for one in services.values() for mount in one.get("volumes", ())}
    assert {name for name in named if not name.startswith(".")} == set(made["volumes"])
    for path in (name for name in named if name.startswith(".")):
        assert (DEPLOY / path).exists()
    asked = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text("utf-8")))
    given = set(re.findall(r"^(\w+)=", (DEPLOY / "env.example").read_text("utf-8"), re.MULTILINE))
    assert asked - given == {"BOXED_WORKERS"}
    pinned = re.search(r"^chromadb==(\S+)", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    assert pinned is not None
    assert services["chroma"]["image"] == f"chromadb/chroma:{pinned[1]}"


def test_the_image_starts_and_asks_what_the_gateway_has() -> None:
    check = re.search(r'CMD \["python", "-c", \\\n\s+("import.*")\]', DOCKERFILE)
    assert check is not None
    code = shlex.split(check[1])[0]
    compile(code, "healthcheck", "exec")
    assert re.search(r"127\.0\.0\.1:8080(/\w+)", code)[1] in ROUTES  # type: ignore[index]
    for folder in re.findall(r"^COPY (\w+) \w+$", DOCKERFILE, re.MULTILINE):
        assert (ROOT / folder).is_dir()
        assert f"!{folder}\n" in (ROOT / ".dockerignore").read_text("utf-8")


def test_nginx_takes_its_file(tmp_path: Path) -> None:
    if NGINX is None:
        pytest.skip("no nginx is installed")
    file = configured(tmp_path / "nginx", ["127.0.0.1:1", "127.0.0.1:2"], 8000)
    done = subprocess.run(
        [NGINX, "-t", "-p", tmp_path, "-c", file], capture_output=True, text=True, check=False
    )
    assert "test is successful" in done.stderr, done.stderr
