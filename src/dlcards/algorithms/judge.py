"""Judges an algorithm: it achieves what it must, its slips do not, its variants are the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dlcards.algorithms.inputs import (
    Array,
    Input,
    arguments_at,
    input_of_call,
    inputs_of,
    rounded,
    sizes_in,
)
from dlcards.algorithms.model import Algorithm, AlgorithmText, Call, Gap, Slip
from dlcards.algorithms.trial import Broken, differs, first_broken, run, told, with_turned_vectors
from dlcards.claims.balls.errors import NoValue, Undefined, WrongShape
from dlcards.claims.judge.judge import check_relation
from dlcards.claims.judge.numeric.point import names_in, scope_of
from dlcards.claims.prose import Inline, relations
from dlcards.claims.snippets.grammar import SnippetError, read_snippet
from dlcards.claims.snippets.interpreter import ArgumentFunction
from dlcards.claims.statement import FormulaProblem, Path
from dlcards.claims.tree import sym
from dlcards.claims.unparser import formula_text

FEWEST = 12
"""Inputs without which nothing is said to have been tried."""

NEARLY = 1e-6
"""What a small number beside a root, as in Adam, may change of a result that looks exact."""

DECIMALS = 3
MOST_NUMBERS = 9
"""What a head can hold of the numbers that a call returns."""


@dataclass(frozen=True, slots=True)
class JudgedAlgorithm:
    """What became of an algorithm.

    Parameters
    ----------
    inputs : int
        At how many it achieved everything.
    sizes : tuple of int or None
        The smallest and largest size of vectors and matrices there.
    calls : tuple of (int, str, str)
        What each call is given and what it returns, by slot.
    slips : tuple of (int, str)
        Where each slip fails, by slot.
    """

    inputs: int = 0
    sizes: tuple[int, int] | None = None
    calls: tuple[tuple[int, str, str], ...] = ()
    slips: tuple[tuple[int, str], ...] = ()
    problems: tuple[FormulaProblem, ...] = ()


def judge_algorithm(algorithm: Algorithm, text: AlgorithmText) -> JudgedAlgorithm:
    """Try the code, its slips, its other lines and its calls.

    Parameters
    ----------
    algorithm : Algorithm
    text : AlgorithmText
        What it was read from.
    """
    inputs = inputs_of(algorithm)
    if len(inputs) < FEWEST:
        message = f"only {len(inputs)} inputs were found that satisfy every hypothesis"
        hint = "declare narrower types in place of given, or compute the value under define"
        path = (*text.path, "given" if text.given else "let", "@key")
        return JudgedAlgorithm(problems=(FormulaProblem(path, "unsatisfied-given", message, hint),))
    problem = _not_achieved(algorithm, text, inputs)
    if problem is not None:
        return JudgedAlgorithm(problems=(problem,))
    problems: list[FormulaProblem] = []
    slips = []
    for slip in algorithm.slips:
        where, problem = _refused(algorithm, slip, inputs)
        slips.append((slip.slot, where))
        problems += [problem] if problem is not None else []
    for gap in algorithm.gaps:
        problems += _not_the_same(algorithm, gap, inputs)
    calls = []
    for call in algorithm.calls:
        given, returned, problem = _called(algorithm, call)
        calls.append((call.slot, given, returned))
        problems += [problem] if problem is not None else []
    problems += _said(algorithm, text)
    found = tuple(sizes_in(inputs))
    sizes = (min(found), max(found)) if found else None
    return JudgedAlgorithm(len(inputs), sizes, tuple(calls), tuple(slips), tuple(problems))


def _not_achieved(
    algorithm: Algorithm, text: AlgorithmText, inputs: Sequence[Input]
) -> FormulaProblem | None:
    for at in inputs:
        try:
            broken = first_broken(algorithm, algorithm.snippet, at)
        except NoValue as unsettled:
            broken = Broken(None, str(unsettled))
        if broken is None:
            continue
        message = f"{broken.message}, at {told(algorithm, at)}"
        if broken.claim is None:
            error = broken.error
            path = (*text.path, "code")
            if error is None:
                return FormulaProblem(path, "check-failed", message, "make the relations simpler")
            hint = error.hint or "correct the code, or declare what it needs"
            return FormulaProblem(path, error.code, message, hint, error.start, error.end)
        hint = "correct the code, or claim what it achieves"
        length = len(broken.claim.text)
        return FormulaProblem(
            broken.claim.path, "not-achieved", f"not achieved: {message}", hint, 0, length
        )
    return None


def _refused(
    algorithm: Algorithm, slip: Slip, inputs: Sequence[Input]
) -> tuple[str, FormulaProblem | None]:
    """Return where the first check refuses a slip, or that none does."""
    snippet = read_snippet(algorithm.code_with(slip, slip.wrong))
    for at in _simple_first(inputs):
        try:
            broken = first_broken(algorithm, snippet, at)
        except (Undefined, WrongShape) as error:
            broken = Broken(None, str(error))
        except NoValue:
            continue  # not settled there, so it refutes nothing
        if broken is not None:
            return _told_broken(broken, told(algorithm, at)), None
    message = f"the slip achieves everything at {len(inputs)} inputs"
    hint = "write a mistake that some input shows, or say more under ensures"
    path = (*slip.path, "wrong")
    return "", FormulaProblem(path, "true-slip", message, hint, 0, len(slip.wrong))


def _simple_first(inputs: Sequence[Input]) -> list[Input]:
    """Return the inputs with few numbers first: a reader has to follow one of them."""
    return sorted(inputs, key=_numbers)


def _numbers(at: Input) -> int:
    return sum(rounded(value).size for value in at.values.values())


def _told_broken(broken: Broken, where: str) -> str:
    said = f"{broken.claim.text}: " if broken.claim is not None else ""
    return f"{said}{broken.message}, at {where}"


def _not_the_same(
    algorithm: Algorithm, gap: Gap, inputs: Sequence[Input]
) -> Iterator[FormulaProblem]:
    for place, other in enumerate(gap.also):
        path: Path = (*gap.path, "also", place)
        snippet = read_snippet(algorithm.code_with(gap, other))
        for at in inputs:
            otherwise = differs(algorithm, snippet, at)
            if otherwise:
                message = f"this is not the same: {otherwise}, at {told(algorithm, at)}"
                hint = "name only what returns the same everywhere"
                yield FormulaProblem(path, "not-the-same", message, hint, 0, len(other))
                break


def _called(algorithm: Algorithm, call: Call) -> tuple[str, str, FormulaProblem | None]:
    """Return what a call is given and what it returns, as text."""
    at, code, message = input_of_call(algorithm, call)
    if at is None:
        hint = "give a value of its type for each name that the arguments rest on"
        return "", "", FormulaProblem(call.path, code, message, hint)
    try:
        found = list(run(algorithm, algorithm.snippet, at).returned.items())
    except SnippetError as error:
        return "", "", FormulaProblem(call.path, error.code, error.message, "choose other values")
    except NoValue as error:
        return "", "", FormulaProblem(call.path, "check-failed", str(error), "choose other values")
    rounded = [(name, np.round(array, DECIMALS)) for name, array in found]
    exact = all(
        np.allclose(array, short, rtol=0, atol=NEARLY)
        for (_, array), (_, short) in zip(found, rounded, strict=True)
    )
    returned = [f"{name} = {_written(array)}" for name, array in rounded]
    if not exact or sum(array.size for _, array in found) > MOST_NUMBERS:
        message = f"nobody works this out in the head: {'; '.join(returned)}"
        hint = f"choose values with at most {MOST_NUMBERS} results of {DECIMALS} decimals"
        return "", "", FormulaProblem(call.path, "unwieldy-result", message, hint)
    problem = _unknown_sign(algorithm, call, at, dict(found))
    return "\n".join(_given(algorithm, call, at)), "\n".join(returned), problem


def _given(algorithm: Algorithm, call: Call, at: Input) -> Iterator[str]:
    """Yield what a call is given, in the order of the signature; then what functions rest on."""
    values = {name: formula_text(node) for name, node in call.given.items()}
    arguments = algorithm.snippet.arguments
    for name, value in zip(arguments, arguments_at(algorithm, at), strict=True):
        if name in algorithm.statement.definitions and not isinstance(value, ArgumentFunction):
            values[name] = _written(np.round(np.asarray(value), DECIMALS))
    names = dict.fromkeys((*arguments, *values))
    for name in names:
        if name in values and _is_shown(algorithm, name):
            yield f"{name} = {values[name]}"


def _unknown_sign(
    algorithm: Algorithm, call: Call, at: Input, returned: Mapping[str, Array]
) -> FormulaProblem | None:
    """Tell of a call whose result turns its sign with an eigenvector, which may turn freely."""
    for first in (0, 1):
        turned, functions = with_turned_vectors(algorithm.snippet, first)
        if not functions:
            return None
        try:
            other = run(algorithm, turned, at, functions).returned
        except (SnippetError, NoValue):
            continue
        if not all(
            np.allclose(other[name], array, atol=NEARLY) for name, array in returned.items()
        ):
            message = "what this returns depends on the sign of a vector that NumPy may turn round"
            hint = "return what no sign changes, such as v @ v.T or abs(v), or delete the call"
            return FormulaProblem(call.path, "unknown-sign", message, hint, warning=True)
    return None


def _is_shown(algorithm: Algorithm, name: str) -> bool:
    """Return whether a reader needs a value: of an argument, or inside a function among them."""
    statement = algorithm.statement
    if name in algorithm.snippet.arguments:
        return True
    scope = scope_of(statement)
    return any(
        statement.definitions[each].parameters and name in names_in(sym(each), scope)
        for each in algorithm.snippet.arguments
        if each in statement.definitions
    )


def _written(array: Array) -> str:
    """Write numbers as Python does, without needless digits."""
    if array.ndim == 0:
        return f"{float(array) + 0.0:g}"
    return f"[{', '.join(map(_written, array))}]"


def _said(algorithm: Algorithm, text: AlgorithmText) -> Iterator[FormulaProblem]:
    """Yield the relations in the texts of an algorithm that do not hold."""
    texts: list[tuple[Path, Sequence[Inline]]] = [((*text.path, "task"), algorithm.task)]
    texts += [((*gap.path, "hint"), gap.hint) for gap in algorithm.gaps]
    texts += [((*slip.path, "says"), slip.says) for slip in algorithm.slips]
    for invariant in algorithm.invariants:
        texts.append(((*invariant.path, "ask"), invariant.ask))
        texts.append(((*invariant.path, "answer"), invariant.answer))
    for path, inlines in texts:
        for inline in relations(inlines):
            assert inline.node is not None
            verdict = check_relation(inline.node, algorithm.statement, text=inline.text)
            if not verdict.holds:
                code = verdict.code or "check-failed"
                yield FormulaProblem(
                    path, code, verdict.message, verdict.hint, inline.start, inline.end
                )
