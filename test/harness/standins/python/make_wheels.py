"""Writes the wheels that stand in for a package index: tiny, pure, in two versions."""

import base64
import hashlib
import pathlib
import sys
import zipfile


def write(folder: pathlib.Path, name: str, version: str) -> None:
    module, info = name.replace("-", "_"), f"{name.replace('-', '_')}-{version}.dist-info"
    files = {
        f"{module}/__init__.py": f'__version__ = "{version}"\n\n\ndef main():\n    print("{name} {version}")\n',
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: berth-testbed\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {module}:main\n",
    }
    record = f"{info}/RECORD"
    rows = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(text.encode())}\n")
    files[record] = "".join(rows) + f"{record},,\n"
    with zipfile.ZipFile(folder / f"{module}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)


target = pathlib.Path(sys.argv[1])
target.mkdir(parents=True, exist_ok=True)
for release in ("1.0.0", "1.1.0"):
    write(target, "berth-demo-wheel", release)
