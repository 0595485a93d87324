"""Says hello, and from where."""

import getpass
import os
import platform
import sys


def greeting(name="world"):
    return f"{os.environ.get('GREETING', 'Hello')}, {name}"


def where():
    """The machine this runs on, which in a container is not yours."""
    return f"Python {platform.python_version()} as {getpass.getuser()} on {platform.node()}"


if __name__ == "__main__":
    print(greeting(*sys.argv[1:2]))
    print(where())
