"""Writes the wheels that stand in for a package index: a tiny one in two versions, and Debian's own Python packages."""

import base64
import hashlib
import pathlib
import re
import subprocess
import sys
import sysconfig
import zipfile

SITE = pathlib.Path("/usr/lib/python3/dist-packages")


def write(folder: pathlib.Path, name: str, version: str, tag: str, files: dict[str, bytes]) -> None:
    """One wheel: the given files, and the head that every wheel has."""
    info = f"{name}-{version}.dist-info"
    pure = "true" if tag.endswith("none-any") else "false"
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: testbed\nRoot-Is-Purelib: {pure}\nTag: {tag}\n".encode()
    rows = []
    for path, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(data)}\n")
    files[f"{info}/RECORD"] = ("".join(rows) + f"{info}/RECORD,,\n").encode()
    with zipfile.ZipFile(folder / f"{name}-{version}-{tag}.whl", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as wheel:
        for path, data in files.items():
            wheel.writestr(path, data)


def demo(folder: pathlib.Path, version: str) -> None:
    info = f"berth_demo_wheel-{version}.dist-info"
    program = f'__version__ = "{version}"\n\n\ndef main():\n    print("berth-demo-wheel {version}")\n'
    head = f"Metadata-Version: 2.1\nName: berth-demo-wheel\nVersion: {version}\n"
    entry = "[console_scripts]\nberth-demo-wheel = berth_demo_wheel:main\n"
    files = {
        "berth_demo_wheel/__init__.py": program.encode(),
        f"{info}/METADATA": head.encode(),
        f"{info}/entry_points.txt": entry.encode(),
    }
    write(folder, "berth_demo_wheel", version, "py3-none-any", files)


def field(metadata: str, name: str) -> str:
    found = re.search(rf"^{name}: *(.+)$", metadata, re.MULTILINE)
    return found.group(1).strip() if found else ""


def dpkg(*arguments: str) -> str:
    return subprocess.run(arguments, capture_output=True, text=True).stdout


def text_of(head: pathlib.Path) -> str:
    return next(path for path in (head / "METADATA", head / "PKG-INFO", head) if path.is_file()).read_text()


def name_of(head: pathlib.Path) -> str:
    return field(text_of(head), "Name")


def debian(folder: pathlib.Path, head: pathlib.Path, owners: dict[pathlib.Path, str]) -> None:
    """The wheel of an installed Debian package, from the files that dpkg knows to be its own."""
    metadata = text_of(head)
    name = re.sub(r"[-_.]+", "_", name_of(head))
    version = field(metadata, "Version")
    info = f"{name}-{version}.dist-info"
    owner = owners[head]
    packages = sorted({owner, f"{owner}-lib"})
    listed = dpkg("dpkg", "-L", *packages)
    files: dict[str, bytes] = {}
    for line in listed.splitlines():
        path = pathlib.Path(line)
        if SITE not in path.parents or not path.is_file() or re.search(r"\.(egg|dist)-info", line):
            continue
        files[str(path.relative_to(SITE))] = path.read_bytes()
    # Debian takes needs out of the packages' own lists: dpkg knows them.
    depends = set(re.findall(r"[a-z0-9][a-z0-9.+-]+", dpkg("dpkg-query", "-W", "-f", "${Depends},", *packages)))
    needed = sorted(name_of(other) for other, package in owners.items() if package in depends and package != owner)
    extra = "".join(f"Requires-Dist: {need}\n" for need in needed)
    top = re.sub(r"^Requires-Dist:.*\n", "", metadata.partition("\n\n")[0] + "\n", flags=re.MULTILINE)
    files[f"{info}/METADATA"] = f"{top.rstrip()}\n{extra}".encode()
    if (head / "entry_points.txt").exists():
        files[f"{info}/entry_points.txt"] = (head / "entry_points.txt").read_bytes()
    native = any(path.endswith(".so") for path in files)
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    write(folder, name, version, f"{python}-{python}-{platform}" if native else "py3-none-any", files)


target = pathlib.Path(sys.argv[1])
target.mkdir(parents=True, exist_ok=True)
for release in ("1.0.0", "1.1.0"):
    demo(target, release)
heads = [found for found in sorted([*SITE.glob("*.egg-info"), *SITE.glob("*.dist-info")])]
by_head = {found: dpkg("dpkg", "-S", str(found)).split(":")[0] for found in heads}
for found in heads:
    debian(target, found, by_head)
