"""Questions and next lines: what is asked is known for certain, and what is not certain is not asked."""

import random

import pytest

from shorthand_training.code_only import code_only
from shorthand_training.exports import exports
from shorthand_training.imports import Paths, imports
from shorthand_training.next_line import completions, draw
from shorthand_training.questions import (
    OTHER_WORDS,
    UNSEEN_WORDS,
    WORDING,
    Questioner,
    answers,
    in_unseen_words,
    question,
)
from shorthand_training.signatures import parameters_of, returns_of
from shorthand_training.sources import Repository, Source
from shorthand_training.symbols import symbols

STORE = """import { readFile } from 'node:fs/promises';
import type { Key } from './types.js';

/** Reads a value of the store. */
export async function readValue(key: Key, { deep } = {}): Promise<string> {
  return decodeText(await readFile(key.path), "readValue(");
}

export function decodeText(bytes: Uint8Array, name?: string): string {
  return new TextDecoder().decode(bytes); // decodeText(bytes)
}

class Cache {
  load(key: Key) {
    return decodeText(key.bytes);
  }
}
"""
SERVER = """import { decodeText } from './store';
import { createServer } from 'node:http';

const PORT = Number(process.env.PORT ?? 8080);

export const handle = (request: Request) => {
  if (request.method !== 'GET') {
    return undefined;
  }
  return decodeText(request.body);
};
"""
TOOLS = '''from .core import parse_all, Reader as R
import os.path


def run(paths, *, strict=False, **rest) -> list[str]:
    """Runs the tool over all paths and returns what it read."""
    return [parse_all(p, strict) for p in paths]


class Tool:
    def go(self, path):
        return run([path])

    @staticmethod
    def help(topic: str) -> str:
        return topic
'''
CORE = "def parse_all(path, strict):\n    return path\n\n\nclass Reader:\n    pass\n"


def repository(files: dict[str, str]) -> Repository:
    languages = {"ts": "typescript", "py": "python", "go": "go", "rs": "rust"}
    return Repository([{"path": p, "language": languages[p.rpartition(".")[2]], "text": t} for p, t in files.items()])


SCRIPTS = repository({"src/store.ts": STORE, "src/server.ts": SERVER})
MODULES = repository({"tool/core.py": CORE, "tool/tools.py": TOOLS})


def test_comments_and_strings_are_blanked_in_place() -> None:
    code = code_only(STORE, "typescript")
    assert code is not None and len(code) == len(STORE)
    assert code.count("decodeText") == 3 and "Reads" not in code
    assert code_only("const a = /[(]/.test(b)\nconst c = `${`x`}`;\n", "typescript") is not None
    assert code_only("if (a { }\n", "typescript") is None
    assert code_only("let a: &'a str = '\"'; // '\n", "rust") == "let a: &'a str =    ;     \n"
    assert code_only("x = '#' # ( \n", "python") == "x =         \n"


def test_parameters_and_return_types() -> None:
    def of(text: str, language: str) -> list[tuple[list[str] | None, str | None]]:
        return [(s.parameters, s.returns) for s in symbols(text, language)]

    assert of(TOOLS, "python") == [
        (["paths", "strict", "**rest"], "list[str]"), (None, None), (["path"], None), (["topic"], "str")
    ]  # fmt: skip
    assert of(STORE, "typescript") == [(None, "Promise<string>"), (["bytes", "name"], "string"), (None, None)]
    assert of("func (s *Store) Get(ctx context.Context, a, b int) (string, error) {\n}\n", "go") == [
        (["ctx", "a", "b"], "(string, error)")
    ]
    assert of("pub fn find<'a, F: Fn(u8) -> u8>(&self, mut at: usize, f: F) -> Option<&'a str> {\n}\n", "rust") == [
        (["at", "f"], "Option<&'a str>")
    ]
    assert parameters_of("func Less(int, int)", "Less", "go") is None
    assert parameters_of("function swap(this: Pair, ...rest: [number, number])", "swap", "typescript") == ["rest"]
    java = "public static <T> Map<String, T> merge(final Map<String, T> one, int... rest)"
    assert parameters_of(java, "merge", "java") == ["one", "rest"]
    assert returns_of(java, "merge", "java") == "Map<String, T>"


def test_signatures_that_go_on_are_left_out() -> None:
    for text, language in (
        ("export function f2(): { a: string } {\n}\n", "typescript"),
        ("export class Long\n  extends Other {\n}\n", "typescript"),
        ("func Any() interface{} {\n}\n", "go"),
    ):
        assert symbols(text, language) == []
    assert symbols("type Store struct {\n}\n", "go")[0].signature == "type Store struct"


def test_imports_and_exports_are_whole_or_unknown() -> None:
    code = code_only(STORE, "typescript")
    found = imports(STORE, "typescript", code)
    assert found is not None
    assert [(i.module, i.names) for i in found] == [
        ("node:fs/promises", (("readFile", "readFile"),)), ("./types.js", (("Key", "Key"),))
    ]  # fmt: skip
    assert exports(STORE, "typescript", code) == [("readValue", 4), ("decodeText", 8)]
    for text in ("export default f;\n", "export { f };\n", "export * from './f';\n", "module.exports = f;\n"):
        assert exports(text, "javascript", code_only(text, "javascript")) is None
    assert imports("const f = await import('./f');\n", "javascript", "const f = await import(     );\n") is None
    text = "const { a: b, c } = require('./f');\nconst d = require('e').d;\n"
    assert imports(text, "javascript", code_only(text, "javascript")) is None
    assert exports("__all__ = ['f']\ndef f(): pass\n", "python", None) is None
    assert exports(TOOLS, "python", None) == [("run", 4), ("Tool", 9)]
    go = 'import (\n\t"fmt"\n\tio2 "io"\n)\n'
    assert [i.module for i in imports(go, "go", go) or []] == ["fmt", "io"]


def test_imports_are_found_in_the_repository() -> None:
    paths = Paths(["src/a/b.ts", "src/a/index.ts", "lib/core.py", "lib/sub/__init__.py", "x/core.py", "j/a/B.java"])
    assert paths.resolve("./b.js", "src/a/c.ts", "typescript") == "src/a/b.ts"
    assert paths.resolve("../a", "src/d/c.ts", "typescript") == "src/a/index.ts"
    assert paths.resolve("react", "src/d/c.ts", "typescript") is None
    assert paths.resolve("..core", "lib/sub/m.py", "python") == "lib/core.py"
    assert paths.resolve("lib.sub", "m.py", "python") == "lib/sub/__init__.py"
    assert paths.resolve("core", "m.py", "python") is None  # there are two
    assert paths.resolve("a.B", "j/C.java", "java") == "j/a/B.java"


def test_callers_across_files() -> None:
    store, server = SCRIPTS.source("src/store.ts"), SCRIPTS.source("src/server.ts")
    assert SCRIPTS.callers([store, server], store, "decodeText") == ["readValue", "load", "handle"]
    core, tools = MODULES.source("tool/core.py"), MODULES.source("tool/tools.py")
    assert MODULES.callers([tools, core], core, "parse_all") == ["run"]
    assert MODULES.callers([tools], tools, "run") == ["go"]


def test_callers_are_unknown_where_a_name_may_be_another() -> None:
    def callers(text: str, other: str = "") -> list[str] | None:
        r = repository({"a.ts": "export function target() {}\n" + text, "b.ts": other})
        return r.callers([r.source("a.ts"), r.source("b.ts")], r.source("a.ts"), "target")

    assert callers("function user() { target(); }\n") == ["user"]
    assert callers("target();\n") is None
    assert callers("function user() { return [1].map(target); }\n") is None
    assert callers("function user() { x.target(); }\n") is None
    assert callers("function user() { function inner() { target(); } }\n") is None
    assert callers("class A {\n  go() { function inner(x = target()) {} }\n}\n") is None
    assert callers("class A {\n  target() {\n  }\n}\n") is None
    assert callers("", "function user() { target(); }\n") is None  # not imported
    assert callers("", "import { target } from './a';\nfunction user() { target(); }\n") == ["user"]
    assert callers("", "import { target as t } from './a';\nfunction user() { t(); }\n") is None


def test_answers_of_a_file() -> None:
    store, server = SCRIPTS.source("src/store.ts"), SCRIPTS.source("src/server.ts")
    found = answers(SCRIPTS, [store, server], store)
    assert found["what"] == {"readValue": "Reads a value of the store."}
    assert found["callers"]["decodeText"] == "`readValue`, `load`, `handle`"
    assert found["imports"] == {"src/store.ts": "`node:fs/promises`, `./types.js`"}
    assert found["exports"] == {"src/store.ts": "`readValue`, `decodeText`"}
    assert found["returns"] == {"readValue": "`Promise<string>`", "decodeText": "`string`"}
    assert found["parameters"] == {"decodeText": "`bytes`, `name`"}


def test_kinds_take_turns() -> None:
    questioner = Questioner(random.Random(0))
    store = [SCRIPTS.source("src/store.ts")]
    for _ in range(20):
        turns = questioner.turns(SCRIPTS, store, [], 6)
        assert len({t[0] for t in turns}) == len(turns) == 6
    assert max(questioner.asked.values()) - min(questioner.asked.values()) <= 1
    absent = Questioner(random.Random(0)).absent(store, ["nobody"])
    assert absent is not None and absent[2:] == ["absent", "nobody"]


def test_questions_may_be_put_in_other_words() -> None:
    store = [SCRIPTS.source("src/store.ts")]
    fixed = {question(kind, subject) for kind, found in answers(SCRIPTS, store, store[0]).items() for subject in found}
    turns = Questioner(random.Random(0), reworded=1.0).turns(SCRIPTS, store, [], 6)
    assert len(turns) == 6 and all(subject in asked and asked not in fixed for asked, _, _, subject in turns)
    assert WORDING.keys() == OTHER_WORDS.keys() == UNSEEN_WORDS.keys()
    assert not {w for words in OTHER_WORDS.values() for w in words} & {*WORDING.values(), *UNSEEN_WORDS.values()}
    assert in_unseen_words("What does `run` export?") == "Tell me what `run` exports."
    assert in_unseen_words("What does `run` do?") == "Tell me what `run` does."
    with pytest.raises(ValueError):
        in_unseen_words("What is it?")


def test_next_lines_need_another_file() -> None:
    (found,) = completions(SCRIPTS, SCRIPTS.source("src/server.ts"))
    assert (found.line, found.name) == ("\n  return decodeText(request.body);", "decodeText")
    assert found.needs == "src/store.ts" and found.before.endswith("    return undefined;\n  }")
    assert SERVER.startswith(found.before + found.line)
    drawn = draw(SCRIPTS, random.Random(0))
    assert drawn is not None and isinstance(drawn[0], Source) and drawn[0].path == "src/store.ts"
    assert "run(" not in "".join(c.line for c in completions(MODULES, MODULES.source("tool/core.py")))
