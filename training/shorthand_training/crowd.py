"""Questions about a file or two among many others, as a chat about a workspace asks them.

The product's plan gives the decoder slots of whatever fits, and near the question the text of the window that matches
it best. A decoder that has only read the right files learns to answer from whatever it is shown.
"""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cached_property

from .items import File, Ids, Item, Items, Part
from .task_sequences import Task

#: Of a file that is there for company.
MOST_WINDOWS = 8


class Crowd:
    """Draws tasks of `items` whose files stand among others of their repository."""

    def __init__(self, items: Items) -> None:
        self.items, self.rng = items, items.rng

    @cached_property
    def tasks(self) -> dict[str, list[Task]]:
        """By repository, of those that have files besides the tasks' own."""
        found: dict[str, list[Task]] = defaultdict(list)
        for task in self.items.tasks:
            found[task["repo"]].append(task)
        return {repo: tasks for repo, tasks in found.items() if len(self.files[repo]) > 1}

    @cached_property
    def files(self) -> dict[str, list[File]]:
        """By repository."""
        found: dict[str, list[File]] = defaultdict(list)
        for file in self.items.files:
            found[file.repo].append(file)
        return found

    def company(self, repo: str, tokens: int) -> list[tuple[Part, str]]:
        """Some windows of files of a repository, about `tokens` tokens of them, each with the text of its file."""
        files = self.files[repo]
        chosen: list[tuple[Part, str]] = []
        for file in self.rng.sample(files, min(len(files), 4 * math.ceil(tokens / self.items.window))):
            if tokens <= 0:
                break
            texts = self.items.windows_of(file)
            count = min(len(texts), self.rng.randrange(1, MOST_WINDOWS + 1), math.ceil(tokens / self.items.window))
            start = self.rng.randrange(len(texts) - count + 1)
            part = self.items.part(file.path, texts[start : start + count])
            tokens -= sum(map(len, part.slots.windows))
            chosen.append((part, file.text))
        return chosen

    def among(self, task: Task, company: list[tuple[Part, str]], near_share: float) -> Item:
        """A task whose files stand somewhere among those of `company` that say nothing of what is asked about.

        With probability `near_share` the window where one of its symbols is named first stands as text behind all.
        """
        own = self.items.files_of(task)
        names = [turn[3] for turn in task["turns"]]
        known = {part.path for part in own}
        parts = [p for p, text in company if p.path not in known and not any(name in text for name in names)]
        for part in own:
            parts.insert(self.rng.randrange(len(parts) + 1), part)
        near: Item | None = None
        if names and self.rng.random() < near_share:
            name = self.rng.choice(names)
            found = next(((p.path, w) for p in own for w in p.windows if name in w), None)
            if found:
                near = [Ids(self.items.prompt.file(found[0])), Ids(self.items.text_ids(found[1]))]
        return self.items.asked(task, parts, near)

    def draw(self, count: int, tokens: int, near_share: float) -> list[Item]:
        """`count` tasks of one repository with the same company, so that it is encoded once in a batch."""
        repo = self.rng.choices(list(self.tasks), [len(tasks) for tasks in self.tasks.values()])[0]
        company = self.company(repo, tokens)
        return [self.among(self.rng.choice(self.tasks[repo]), company, near_share) for _ in range(count)]
