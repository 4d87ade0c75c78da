"""The declarations of the words of this group."""

from __future__ import annotations

from dlcards.claims.words.record import Word

GROUP = "Vectors of scores and probabilities"

WORDS: tuple[Word, ...] = (
    Word("len", (1,), GROUP, "number of entries", "len(u) == n", r"\dim"),
    Word("mean", (1,), GROUP, "mean of the entries", "mean(u) == sum(u)/n", r"\operatorname{mean}"),
    Word(
        "var",
        (1,),
        GROUP,
        "mean squared deviation of the entries",
        "var(u) == mean(u**2) - mean(u)**2",
        r"\operatorname{var}",
    ),
    Word(
        "softmax",
        (1,),
        GROUP,
        "scores turned into probabilities",
        "softmax(u) == exp(u)/sum(exp(u))",
        r"\operatorname{softmax}",
        droppable=True,
    ),
    Word(
        "softmax_rows",
        (1,),
        GROUP,
        "softmax of every row of a matrix",
        "softmax_rows(M) @ ones(n) == ones(m)",
        r"\operatorname{softmax}",
    ),
    Word(
        "logsumexp",
        (1,),
        GROUP,
        "log of the sum of exponentials",
        "logsumexp(u) == log(sum(exp(u)))",
        r"\operatorname{logsumexp}",
    ),
    Word(
        "entropy",
        (1,),
        GROUP,
        "entropy of a probability vector",
        "entropy(p) == -sum(p[i]*log(p[i]), i, 1, n)",
        becomes="logsumexp",
    ),
    Word(
        "xent",
        (2,),
        GROUP,
        "cross-entropy of two probability vectors",
        "xent(p, q) == entropy(p) + KL(p, q)",
        becomes="KL",
        ordered=True,
    ),
    Word(
        "KL",
        (2,),
        GROUP,
        "Kullback-Leibler divergence of two probability vectors",
        "KL(p, q) == sum(p[i]*log(p[i]/q[i]), i, 1, n)",
        becomes="xent",
        ordered=True,
    ),
    Word("conv", (2,), GROUP, "full convolution of two vectors", "conv(u, v) == conv(v, u)"),
)
