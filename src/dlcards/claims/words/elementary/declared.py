"""The declarations of the words of this group."""

from __future__ import annotations

from dlcards.claims.words.record import Word

GROUP = "Numbers, and every entry of a vector or matrix"

WORDS: tuple[Word, ...] = (
    Word(
        "exp",
        (1,),
        GROUP,
        "e to a power",
        "exp(x + y) == exp(x)*exp(y)",
        becomes="cosh",
        droppable=True,
    ),
    Word(
        "log",
        (1,),
        GROUP,
        "natural logarithm",
        "log(a*b) == log(a) + log(b)",
        r"\log",
        becomes="sqrt",
        droppable=True,
    ),
    Word("sqrt", (1,), GROUP, "square root", "sqrt(x**2) == abs(x)", becomes="abs", droppable=True),
    Word("sin", (1,), GROUP, "sine", "d(sin(x), x) == cos(x)", r"\sin", becomes="cos"),
    Word("cos", (1,), GROUP, "cosine", "cos(x)**2 + sin(x)**2 == 1", r"\cos", becomes="sin"),
    Word("tan", (1,), GROUP, "tangent", "tan(r) == sin(r)/cos(r)", r"\tan"),
    Word("asin", (1,), GROUP, "angle with this sine", "sin(asin(w)) == w", r"\arcsin"),
    Word("acos", (1,), GROUP, "angle with this cosine", "cos(acos(w)) == w", r"\arccos"),
    Word(
        "atan", (1,), GROUP, "angle with this tangent", "d(atan(x), x) == 1/(1 + x**2)", r"\arctan"
    ),
    Word(
        "tanh",
        (1,),
        GROUP,
        "hyperbolic tangent",
        "tanh(-x) == -tanh(x)",
        r"\tanh",
        becomes="sigmoid",
    ),
    Word("sinh", (1,), GROUP, "hyperbolic sine", "2*sinh(x) == exp(x) - exp(-x)", r"\sinh"),
    Word(
        "cosh",
        (1,),
        GROUP,
        "hyperbolic cosine",
        "2*cosh(x) == exp(x) + exp(-x)",
        r"\cosh",
        becomes="sinh",
    ),
    Word("abs", (1,), GROUP, "absolute value", "abs(x*y) == abs(x)*abs(y)", droppable=True),
    Word("sign", (1,), GROUP, "sign: -1, 0 or 1", "x == sign(x)*abs(x)", r"\operatorname{sign}"),
    Word(
        "sigmoid",
        (1,),
        GROUP,
        "logistic function",
        "sigmoid(x) == 1/(1 + exp(-x))",
        r"\sigma",
        becomes="tanh",
        droppable=True,
    ),
    Word(
        "softplus",
        (1,),
        GROUP,
        "smooth version of max(0, x)",
        "softplus(x) == log(1 + exp(x))",
        r"\operatorname{softplus}",
        becomes="relu",
    ),
    Word(
        "relu",
        (1,),
        GROUP,
        "max(0, x)",
        "relu(x) == max(0, x)",
        r"\operatorname{ReLU}",
        becomes="abs",
    ),
    Word(
        "erf",
        (1,),
        GROUP,
        "error function",
        "erf(-x) == -erf(x)",
        r"\operatorname{erf}",
        becomes="tanh",
    ),
    Word("gamma", (1,), GROUP, "gamma function", "gamma(a + 1) == a*gamma(a)", r"\Gamma"),
    Word("floor", (1,), GROUP, "largest whole number below", "floor(x + 1) == floor(x) + 1"),
    Word("ceil", (1,), GROUP, "smallest whole number above", "ceil(x) == -floor(-x)"),
)
