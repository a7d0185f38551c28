"""Questions and problems as Markdown for Material.

Without scripts a question is read with its answers folded below it; the element ``skill-check`` makes a form of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from html import escape

from coursebuild.questions import Option, Problem, Question, Questions

# Where a misconception is told: its link from the page at hand, and its wrong sentence.
Told = Callable[[str], tuple[str, str]]


def skill_check(questions: Questions, told: Told) -> str:
    """The chapter's check, as a section of its page; nothing where there are no questions."""
    asked = [question for question in questions.questions if not question.is_for_review]
    if not asked:
        return ""
    listed = "\n\n".join(as_markdown(question, told, number) for number, question in enumerate(asked, 1))
    return f'## Check yourself {{ #check }}\n\n<skill-check markdown="1">\n\n{listed}\n\n</skill-check>\n\n'


def as_markdown(question: Question, told: Told, number: int | None = None) -> str:
    """One question, with what there is to say to every answer."""
    shown = shuffled(question)
    head = f"**{number}.** " if number else ""
    says = "\n".join(
        f'<li markdown="span" data-place="{question.options.index(option) + 1}">{option.says}</li>' for option in shown
    )
    options = "" if question.kind == "number" else f'<ol class="options" markdown="1">\n{says}\n</ol>\n\n'
    whys = "\n".join(
        f'<li markdown="1"{_facts(option, question)}>\n\n{_why(option, question, told)}\n\n</li>' for option in shown
    )
    otherwise = (
        f'<div class="otherwise" markdown="1">\n\n{question.otherwise}\n\n</div>\n\n' if question.otherwise else ""
    )
    facts = f'data-kind="{question.kind}"'
    if question.kind == "number":
        facts += f' data-tolerance="{question.tolerance:g}" data-unit="{escape(question.unit, quote=True)}"'
    if question.misconception:
        facts += f' data-misconception="{question.misconception}"'
    return (
        f'<div class="question" id="q-{question.id}" {facts} markdown="1">\n\n'
        f'<div class="asks" markdown="1">\n\n{head}{question.asks}\n\n</div>\n\n{options}'
        f'<details class="whys" markdown="1">\n<summary>Answer, and why</summary>\n\n'
        f'<ol markdown="1">\n{whys}\n</ol>\n\n{otherwise}</details>\n\n</div>'
    )


def shuffled(question: Question) -> Sequence[Option]:
    """The options as the page shows them: those of an ``order`` in another order, the same in every build."""
    if question.kind != "order":
        return question.options
    right = list(question.options)

    def mixed(salt: int) -> list[Option]:
        return sorted(right, key=lambda option: hashlib.sha256(f"{salt} {option.says}".encode()).digest())

    return next(found for salt in range(100) if (found := mixed(salt)) != right)


def _facts(option: Option, question: Question) -> str:
    facts = ' data-right="yes"' if option.is_right else ""
    if option.misconception:
        facts += f' data-misconception="{option.misconception}"'
    if option.value is not None:
        facts += f' data-value="{option.value!r}"'
    if question.kind == "order":
        facts += f' data-place="{question.options.index(option) + 1}"'
    return facts


def _why(option: Option, question: Question, told: Told) -> str:
    if question.kind == "order":
        return f"**Place {question.options.index(option) + 1}.** {option.why}"
    value = "" if option.value is None else f" {option.value:,g}{' ' + question.unit if question.unit else ''}:"
    behind = ""
    if option.misconception:
        link, claim = told(option.misconception)
        behind = f" [{claim}]({link}){{ .behind }}"
    return f"**{'Right' if option.is_right else 'No'}.**{value} {option.why}{behind}"


def practice(problems: Sequence[Problem]) -> str:
    """Three problems for a section, folded, each with a hint and a solution folded in it."""
    if not problems:
        return ""
    inside = "\n\n".join(_problem(problem) for problem in problems)
    # The search index is loaded with the first page, and nobody looks for a problem by typing it.
    return (
        '<details class="practice" data-search-exclude="yes" markdown="1">\n'
        f"<summary>Practice: an easy, a medium and a hard one</summary>\n\n{inside}\n\n</details>\n\n"
    )


def _problem(problem: Problem) -> str:
    longest = max([2, *(len(run) for run in problem.code.split("\n") if set(run) == {"`"})])
    fence = "`" * (longest + 1)
    printed = f"\n\n{fence}{{ .text .output .no-copy }}\n{problem.printed.rstrip()}\n{fence}" if problem.printed else ""
    solution = f"{problem.solution}\n\n{fence}python\n{problem.code}\n{fence}{printed}"
    return (
        f"**{problem.level.capitalize()}.** {problem.asks}\n\n"
        f'??? hint "Hint"\n\n{_indented(problem.hint)}\n\n'
        f'??? solution "Solution"\n\n{_indented(solution)}'
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())
