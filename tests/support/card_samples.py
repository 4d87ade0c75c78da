"""Content made by hand that uses every part of a card, for tests and pictures."""

from __future__ import annotations

import hashlib
from pathlib import Path

from dlcards.build.compose import (
    compose,
    compose_algorithm,
    compose_derivation,
    compose_exercise,
    place,
)
from dlcards.build.package import write_package
from dlcards.cards.note_types import note_types
from dlcards.claims.verdict import Level
from dlcards.model import (
    AlgorithmCall,
    AlgorithmContent,
    AlgorithmGap,
    AlgorithmInvariant,
    AlgorithmSlip,
    CardContent,
    CheckSummary,
    DeckPlan,
    DerivationContent,
    DerivationLine,
    DerivationSlip,
    ExerciseContent,
    ExerciseMistake,
    ExerciseVariant,
    Illustration,
    MediaFile,
    Note,
    Piece,
    PieceKind,
    Prose,
    QuestionContent,
    SourceLink,
    SymbolMeaning,
    math,
    plain,
)

RELEASED = 1_780_000_000

SLOPE = """
<svg xmlns="http://www.w3.org/2000/svg" width="480" height="300" viewBox="0 0 480 300">
<g fill="none" stroke-linecap="round">
<path d="M40 260H450M60 280V20" stroke="#222222" stroke-width="1.6"/>
<path d="M60 250C180 245 270 200 330 130S400 40 430 25" stroke="#1f6fb4" stroke-width="2.8"/>
<path d="M190 265L420 10" stroke="#d1550a" stroke-width="2.8" stroke-dasharray="9 6"/>
<circle cx="318" cy="144" r="6" fill="#d1550a" stroke="none"/>{label}
</g></svg>
"""
LABEL = '<path d="M335 160h44" stroke="#222222" stroke-width="1.6"/>'


def words(*parts: str) -> Prose:
    """Read ``$…$`` as LaTeX, backquotes as code, stars as emphasis; for samples only."""
    kinds = {"$": PieceKind.MATH, "`": PieceKind.CODE, "*": PieceKind.EMPHASIS}
    pieces = []
    for part in parts:
        kind = kinds.get(part[0], PieceKind.TEXT)
        pieces.append(Piece(kind, part if kind is PieceKind.TEXT else part[1:-1]))
    return tuple(pieces)


def marked(latex: str, *parts: str) -> str:
    """Mark parts of a formula as blanks, as the printer does; each stands there once."""
    for number, part in enumerate(parts, 1):
        before, after = latex.split(part)
        latex = rf"{before}{{\class{{blank{number}}}{{{part}}}}}{after}"
    return latex


def picture(name: str, svg: str, alt: str, caption: str = "") -> Illustration:
    content = svg.strip().encode()
    digest = hashlib.sha256(content).hexdigest()[:8]
    return Illustration(MediaFile(f"dlcards-{name}-{digest}.svg", content), alt, caption, 480, 300)


CHAIN = r"\frac{d}{dx} f(g(x)) = f'(g(x)) \, g'(x)"
CHAIN_RULE = CardContent(
    id="chain-rule",
    kind="equation",
    title="Chain rule",
    subject="calculus",
    topic="derivatives",
    priority=1,
    formulas=(CHAIN,),
    where=(words(r"$x \in \mathbb{R}$"), words(r"$f, g \colon \mathbb{R} \to \mathbb{R}$")),
    conditions=words(
        "$f$", " differentiable at ", "$g(x)$", ", ", "$g$", " differentiable at ", "$x$"
    ),
    symbols=(
        SymbolMeaning("g", plain("inner function, applied first")),
        SymbolMeaning("f", plain("outer function, applied to the result of g")),
        SymbolMeaning("f'(g(x))", plain("slope of the outer function at the inner value")),
        SymbolMeaning("g'(x)", plain("slope of the inner function")),
    ),
    meaning=plain("The slope of a composition is the product of the slopes along the way."),
    why=plain("Backpropagation is this rule applied node by node, from the loss to every weight."),
    pitfall=words("Taking the outer slope at ", "$x$", " instead of at ", "$g(x)$", "."),
    code="def slope(df, g, dg, x):\n    return df(g(x)) * dg(x)\n",
    example=(
        plain("The inner function is 3x + 1, the outer one squares."),
        words("At ", "$x = 1$", " the slope is ", r"$2 \cdot 4 \cdot 3 = 24$", "."),
    ),
    marked=marked(CHAIN, "f'(g(x))", "g'(x)"),
    prompts={"recall": words("What is the derivative of ", "$f(g(x))$", "?")},
    questions={
        "q1": QuestionContent(
            plain("At which point is the outer slope taken in the chain rule?"),
            words("At the inner value, ", "$g(x)$"),
        ),
        "q2": QuestionContent(
            plain("One local slope along a chain vanishes. What is the slope of the whole chain?"),
            plain("Zero"),
            plain("A product with a zero factor: a saturated unit stops the gradient behind it."),
        ),
    },
    figure=picture(
        "chain-rule",
        SLOPE.format(label=LABEL),
        "A curve with its tangent at a marked point.",
        "Slopes along the path multiply.",
    ),
    figure_front=picture(
        "chain-rule-front", SLOPE.format(label=""), "A curve with its tangent at a marked point."
    ),
    sources=(
        SourceLink("Deep Learning Book 6.5.2, equation 6.44", "https://www.deeplearningbook.org/"),
        SourceLink("3Blue1Brown, Calculus 4", "https://www.youtube.com/watch?v=YG15m2VwSjA"),
    ),
    source_tags=("dlb::6.5", "3b1b::calculus::04"),
    check=CheckSummary(Level.PROVED),
    related=(
        ("ca-composition", "Composition of functions"),
        ("derivative-definition", "Derivative"),
    ),
)

TAYLOR = (
    r"f(\boldsymbol{x} + t\boldsymbol{u}) = f(\boldsymbol{x})"
    r" + t\,\boldsymbol{u}^{\top} \boldsymbol{g}"
    r" + \frac{1}{2} t^{2}\, \boldsymbol{u}^{\top} \boldsymbol{H} \boldsymbol{u}"
    r" + \mathcal{O}\left(t^{3}\right) \quad \text{as } t \to 0, \; t < 1"
)
LONG = CardContent(
    id="taylor-second-order",
    kind="equation",
    title="Second-order Taylor approximation",
    subject="calculus",
    topic="approximation",
    formulas=(TAYLOR, r"\boldsymbol{g} = \nabla f(\boldsymbol{x})"),
    where=(
        words(r"$\boldsymbol{x}, \boldsymbol{u} \in \mathbb{R}^{n}$"),
        words(r"$f \colon \mathbb{R}^{n} \to \mathbb{R}$"),
    ),
    further=(r"\boldsymbol{H} = \boldsymbol{H}^{\top}",),
    where_further=(words(r"$\boldsymbol{H} \in \mathbb{R}^{n \times n}$"),),
    symbols=(SymbolMeaning(r"\boldsymbol{H}", plain("Hessian matrix at the point of expansion")),),
    meaning=plain("Value, plus a slope term, plus half a curvature term."),
    code="def taylor2(f, x, g, A, t, u):\n    s = t * u\n    return f(x) + g @ s + 0.5 * s @ A @ s",
    marked=marked(
        TAYLOR,
        r"\frac{1}{2}",
        r"\boldsymbol{g}",
        r"\boldsymbol{H}",
        r"\mathcal{O}\left(t^{3}\right)",
        "t^{3}",
    ),
    check=CheckSummary(Level.NUMERIC, 240, "The order of the error was measured."),
    sources=(SourceLink("Deep Learning Book 4.3.1"),),
)

SADDLE = CardContent(
    id="saddle-point",
    kind="concept",
    title="Saddle point",
    subject="calculus",
    topic="optimization",
    meaning=plain(
        "A critical point that is a minimum along one direction, a maximum along another."
    ),
    why=plain("In many dimensions saddle points are far more frequent than local minima."),
    figure=picture(
        "saddle", SLOPE.format(label=""), "A curve with its tangent.", "A slope of zero."
    ),
    sources=(SourceLink("Deep Learning Book 4.3"),),
)

HOSTILE = CardContent(
    id="hostile",
    kind="notation",
    title="Signs <b>&amp;</b> {{c1::braces}} [sound:x.mp3] \\(x\\)",
    subject="notation",
    topic="signs",
    formulas=(r"\{x \mid x < y\} \;\&\; {{a}_{b_{c}}}",),
    meaning=words(
        "*<script>alert(1)</script>*", " and ", "`x[[1]] {{c2::y}} \\(z\\)`", " [latex]q[/latex]"
    ),
    code="def braces(x):\n    # <b>{{c3::no}}</b> [sound:a.mp3]\n    return {'a': {'b': x < 1}}",
    sources=(SourceLink('A "source" <i>', "https://example.org/?a=1&b=2"),),
    check=CheckSummary(Level.UNCHECKED, note="A sign cannot be checked."),
)

KOREAN = CardContent(
    id="chain-rule",
    kind="equation",
    title="연쇄법칙",
    subject="calculus",
    topic="derivatives",
    lang="ko",
    term="chain rule",
    formulas=CHAIN_RULE.formulas,
    where=CHAIN_RULE.where,
    conditions=words("$f$", "는 ", "$g(x)$", "에서, ", "$g$", "는 ", "$x$", "에서 미분가능"),
    symbols=(SymbolMeaning("g", plain("안쪽 함수")), SymbolMeaning("f", plain("바깥쪽 함수"))),
    meaning=plain("합성함수의 기울기는 지나온 기울기들의 곱이다."),
    why=plain("역전파는 이 법칙을 노드마다 적용한 것이다."),
    pitfall=words("바깥쪽 기울기를 ", "$g(x)$", "가 아니라 ", "$x$", "에서 구하는 실수."),
    code=CHAIN_RULE.code,
    marked=CHAIN_RULE.marked,
    questions={
        "q1": QuestionContent(
            plain("연쇄법칙에서 바깥쪽 기울기는 어느 점에서 구하는가?"),
            words("안쪽 함수의 값 ", "$g(x)$"),
        )
    },
    figure=CHAIN_RULE.figure,
    check=CHAIN_RULE.check,
    sources=CHAIN_RULE.sources,
    related=(("ca-composition", "합성함수"),),
)


def matrix(a: int, b: int, c: int, d: int) -> str:
    return rf"\begin{{bmatrix}} {a} & {b} \\ {c} & {d} \end{{bmatrix}}"


def _check(number: int) -> str:
    return f'{{"kind":"number","rows":[[[{number}]]]}}'


def _variant(a: int, b: int, c: int, d: int) -> ExerciseVariant:
    wrong = a * d + b * c
    return ExerciseVariant(
        problem=(
            *plain("Compute the determinant of"),
            Piece(PieceKind.DISPLAY, matrix(a, b, c, d)),
        ),
        answer=math(str(a * d - b * c)),
        steps=(
            math(rf"\det = {a} \cdot {d} - ({b}) \cdot ({c})"),
            math(rf"\phantom{{\det}} = {a * d} - ({b * c}) = {a * d - b * c}"),
        ),
        hint=plain("Multiply along the main diagonal and subtract the other product."),
        mistakes=(
            ExerciseMistake(
                math(str(wrong)), plain("The second product is subtracted."), _check(wrong)
            ),
        ),
        check=_check(a * d - b * c),
    )


EXERCISE = ExerciseContent(
    id="ex-det-2x2",
    title="Determinant of a 2 × 2 matrix",
    subject="linear-algebra",
    topic="matrices",
    variants=tuple(
        _variant(*numbers)
        for numbers in ((3, 1, 2, 4), (5, -2, 1, 1), (2, 6, -1, 3), (4, 4, 2, 3), (1, -5, 2, 2))
    ),
    check=CheckSummary(Level.PROVED),
    sources=(SourceLink("3Blue1Brown, Linear algebra 6", "https://www.youtube.com/"),),
    related=(("la-determinant", "Determinant"),),
)

DERIVATION = DerivationContent(
    id="ca-square",
    title="Square of a sum",
    subject="calculus",
    topic="derivatives",
    goal="(a + b)^{2} = a^{2} + 2 a b + b^{2}",
    idea=plain("Multiply each summand with each."),
    lines=(
        DerivationLine(0, "", "(a + b)^{2}"),
        DerivationLine(1, "=", "(a + b) a + (a + b) b", plain("distributive law")),
        DerivationLine(2, "=", "a^{2} + 2 a b + b^{2}", plain("a product commutes")),
    ),
    slips=(
        DerivationSlip(
            1, 2, "a^{2} + b^{2}", plain("The mixed products are lost."), "a = b = 1: 4 and 2"
        ),
    ),
    check=CheckSummary(Level.PROVED),
)

CODE = """\
def descend(g, x, lr, steps):
    for _ in range(steps):
        x = x - lr * g(x)
    return x"""


def _part(text: str) -> tuple[int, int]:
    start = CODE.index(text)
    return start, start + len(text)


ALGORITHM = AlgorithmContent(
    id="al-descent",
    title="Gradient descent",
    subject="calculus",
    topic="optimization",
    task=words("Returns the point after so many steps against the gradient ", "`g`", "."),
    code=CODE,
    where=(words("$g(u) = 2 u$"), words(r"$x \in \mathbb{R}$")),
    ensures=(r"f(z) \le f(x)",),
    gaps=(
        AlgorithmGap(1, *_part("x - lr * g(x)"), ("-lr * g(x) + x",), plain("Downhill.")),
        AlgorithmGap(2, *_part("for _ in range(steps):\n        x = x - lr * g(x)")),
    ),
    calls=(AlgorithmCall(1, "x = 8\nlr = 0.25\nsteps = 2", "z = 2", ("g(u) = 2 u",)),),
    slips=(
        AlgorithmSlip(
            1,
            *_part("x - lr * g(x)"),
            "x + lr * g(x)",
            plain("It goes uphill."),
            "f(z) <= f(x): left is 4 and right is 1, at x = 1",
        ),
    ),
    invariants=(
        AlgorithmInvariant(
            1,
            plain("What happens to the loss in each pass?"),
            plain("It does not grow"),
            r"f(x') \le f(x)",
        ),
    ),
    check=CheckSummary(Level.NUMERIC, points=40, sizes=(1, 12)),
    sources=(SourceLink("Deep Learning Book 4.3"),),
    related=(("gradient-descent-update", "Gradient descent step"),),
)

CONTENTS = (CHAIN_RULE, LONG, SADDLE, HOSTILE, KOREAN)
DECK = "Samples"


def sample_notes(contents: tuple[CardContent, ...] = CONTENTS) -> tuple[Note, ...]:
    """Compose the samples, which must raise no problem."""
    notes: list[Note] = []
    for content in contents:
        composed, problems = compose(content)
        assert not problems, problems
        notes.extend(composed)
    notes += [compose_exercise(EXERCISE), *compose_derivation(DERIVATION)]
    notes += compose_algorithm(ALGORITHM)
    return place(notes, DECK, lang="en", split=True)


def sample_plan(contents: tuple[CardContent, ...] = CONTENTS) -> DeckPlan:
    """Return a deck of the samples."""
    media = {
        picture.media.name: picture.media
        for content in contents
        for picture in (content.figure, content.figure_front)
        if picture
    }
    notes = sample_notes(contents)
    used = {name for note in notes for name in note.media}
    return DeckPlan(
        name="samples",
        title=DECK,
        description="Cards made by hand.",
        notes=notes,
        media=tuple(file for name, file in sorted(media.items()) if name in used),
        note_types=note_types(),
    )


def write_samples(target: Path, plan: DeckPlan | None = None) -> Path:
    """Write the samples as a package."""
    plan = plan or sample_plan()
    times = {note.guid: RELEASED for note in plan.notes}
    times |= {f"notetype:{shape.name}": RELEASED for shape in plan.note_types}
    write_package(plan, target, modified=times)
    return target
