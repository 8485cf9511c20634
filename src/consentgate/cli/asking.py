"""Asking at a terminal or through a pipe, again and again until an answer can be taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import typer
from rich.text import Text

from consentgate.cli.answers import QUESTIONS, Answers, NotUnderstood, Question
from consentgate.cli.consoles import err, line
from consentgate.cli.verdicts import WRONG_INPUT

Judge = Callable[[Answers], tuple[str, ...]]
"""Why a policy with these answers would be refused; nothing when it would not."""


@dataclass(frozen=True, slots=True)
class Asking:
    """`given` are the answers that came as options; with `take_defaults` nothing is asked for."""

    given: dict[str, str]
    take_defaults: bool
    judge: Judge

    def answers(self) -> Answers:
        """The answers to all questions. Exits where an option's answer can't be taken, or one is missing."""
        answers = Answers()
        for number, question in enumerate(QUESTIONS, start=1):
            if question.option in self.given:
                answers = self._from_option(question, answers, self.given[question.option])
            elif self.take_defaults:
                answers = self._from_option(question, answers, _default(question, answers))
            else:
                answers = self._asked(f"{number}/{len(QUESTIONS)}", question, answers)
        return answers

    def _asked(self, number: str, question: Question, answers: Answers) -> Answers:
        _say(Text.assemble((f"\n{number}  {question.text}", "bold")))
        _say(Text(question.help))
        default = question.default(answers) if question.default else ""
        if default:
            _say(Text(f"An empty line means: {default}", "dim"))
        while True:
            try:
                return self._read(question, answers, _typed(question) or default)
            except NotUnderstood as problem:
                _say(Text(str(problem), "red"))
                answers = problem.answers or answers

    def _from_option(self, question: Question, answers: Answers, text: str) -> Answers:
        try:
            return self._read(question, answers, text)
        except NotUnderstood as problem:
            raise typer.BadParameter(str(problem), param_hint=f"--{question.option}") from problem

    def _read(self, question: Question, answers: Answers, text: str) -> Answers:
        """The answers with this one. Whatever the loader would refuse in the file is refused here, in its words."""
        candidate = question.read(answers, text)
        if reasons := self.judge(candidate):
            raise NotUnderstood("\n".join(reasons))
        return candidate


def _default(question: Question, answers: Answers) -> str:
    if question.default is None:
        err().print(f"--{question.option} is needed with --yes: {question.text}", markup=False, highlight=False)
        raise typer.Exit(WRONG_INPUT)
    return question.default(answers)


def _typed(question: Question) -> str:
    lines = [line()]
    while question.lines and lines[-1]:
        lines.append(line())
    return "\n".join(lines).strip()


def _say(text: Text) -> None:
    err().print(text, highlight=False)
