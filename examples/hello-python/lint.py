"""Warns of functions without a docstring, in the words that editors know from compilers."""

import ast
import pathlib
import sys


def warnings(path):
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is None:
            yield f"{path}:{node.lineno}:{node.col_offset + 1}: warning: {node.name}() has no docstring"


if __name__ == "__main__":
    found = [line for name in sys.argv[1:] or ["hello.py"] for line in warnings(pathlib.Path(name))]
    print("\n".join(found) or "nothing to say")
    sys.exit(1 if found else 0)
