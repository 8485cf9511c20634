"""What is installed is whole: the wheel, built from the source distribution, runs by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by way of the source distribution, as an index would get it."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files, unpacked as an installation would."""
    folder = tmp_path_factory.mktemp("site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.mark.parametrize(
    "file",
    [
        "py.typed",
        "static/banner/banner.css",
        "static/banner/status.css",
        "static/banner/page.css",
        "banner/templates/banner.html",
        "data/geo.mmdb",
        "data/vendors.tsv",
        "data/vendors.toml",
        "data/bots.txt",
        "data/cookies.tsv",
        "data/consentgate.schema.json",
        "cli/templates/consentgate.toml",
        "data/locales/en.toml",
        "data/licences/DB-IP-NOTICE.txt",
        "data/licences/LICENSE-third-party-web.txt",
        "data/licences/LICENSE-open-cookie-database.txt",
        "data/licences/UNLICENSE-isbot.txt",
        "demo_app/consentgate.toml",
        "demo_app/templates/layout.html",
    ],
)
def test_the_wheel_holds(installed: Path, file: str) -> None:
    assert (installed / "consentgate" / file).is_file()


def test_a_checkout_can_be_installed_in_place(tmp_path: Path) -> None:
    """As `make` does it; the wheel's moved folders must not get in the way."""
    code = f"import hatchling.build; hatchling.build.build_editable({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
    (editable,) = tmp_path.glob("*.whl")
    paths = [name for name in zipfile.ZipFile(editable).namelist() if name.endswith(".pth")]
    assert zipfile.ZipFile(editable).read(paths[0]).decode().strip() == str(ROOT / "src")


def test_the_wheel_holds_nothing_outside_its_package(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"consentgate"}


@pytest.mark.parametrize(
    "command",
    [
        "from consentgate.banner.assets import assets; assert any(name.startswith('banner.') for name in assets())",
        "from consentgate import Policy; Policy.default(notice_url='/privacy', site='a.example')",
        "from consentgate.visitor.geoip import GeoIP; assert GeoIP().embedded",
        "import consentgate.demo_app.gated",
        "from consentgate.cli.demo import _demo_module; assert _demo_module() == 'consentgate.demo_app.__main__'",
    ],
)
def test_what_is_installed_runs_from_where_it_is_installed(installed: Path, tmp_path: Path, command: str) -> None:
    where = "import consentgate; assert 'site-packages' in consentgate.__file__; "
    # -S leaves the checkout out, which an editable install would put first; the dependencies are named again.
    paths = os.pathsep.join([str(installed), *(path for path in sys.path if path.endswith("site-packages"))])
    environment = {**os.environ, "PYTHONPATH": paths}
    result = subprocess.run(
        [sys.executable, "-S", "-c", where + command],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
