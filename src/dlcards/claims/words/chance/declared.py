"""The declarations of the words of this group."""

from __future__ import annotations

from dlcards.claims.words.record import Word

GROUP = "Chance"

WORDS: tuple[Word, ...] = (
    Word(
        "E",
        (1,),
        GROUP,
        "expectation; E(X | Y) is conditional",
        "E(X + Y) == E(X) + E(Y)",
        becomes="Var",
        droppable=True,
    ),
    Word(
        "Var",
        (1,),
        GROUP,
        "variance",
        "Var(X) == E(X**2) - E(X)**2",
        r"\operatorname{Var}",
        becomes="E",
    ),
    Word(
        "Cov",
        (1, 2),
        GROUP,
        "covariance of two, or covariance matrix of a vector",
        "Cov(X, Y) == E(X*Y) - E(X)*E(Y)",
        r"\operatorname{Cov}",
    ),
    Word(
        "Corr",
        (2,),
        GROUP,
        "correlation",
        "Corr(U, U + W)*sqrt(Var(U)*Var(U + W)) == Cov(U, U + W)",
        r"\operatorname{Corr}",
        ordered=True,
    ),
    Word(
        "P", (1,), GROUP, "probability; P(A | B) is conditional", "P(F | G)*P(G) == P(F & G)", "P"
    ),
    Word("union", (2,), GROUP, "either event, or both", "P(union(F, G)) == P(F) + P(G) - P(F & G)"),
    Word("MI", (2,), GROUP, "mutual information", "MI(X, Y) == H(X) - H(X | Y)"),
    Word("H", (1,), GROUP, "entropy; H(X | Y) is conditional", "H([X, Y]) == H(Y) + H(X | Y)"),
    Word(
        "pdf",
        (2,),
        GROUP,
        "density (or probability) of a variable, an expression or a law at a point",
        "pdf(Z, x) == pdf(Z, -x)",
        fixed_indices=(0,),
    ),
    Word(
        "iid",
        (2,),
        GROUP,
        "i-th independent copy of a random variable; in claims only",
        "Var(iid(X, 1) + iid(X, 2)) == 2*Var(X)",
        claims_only=True,
    ),
    Word(
        "avg",
        (2,),
        GROUP,
        "mean of n independent copies; in claims only",
        "Var(avg(X, k)) == Var(X)/k",
        claims_only=True,
        fixed_indices=(1,),
    ),
    Word(
        "distributed",
        (2,),
        GROUP,
        "has the law; a claim of its own",
        "distributed(U + W, Normal(0, 2))",
        claims_only=True,
    ),
    Word(
        "converges",
        (3,),
        GROUP,
        "tends in probability to a number, or in law to a law; a claim of its own",
        "converges(avg(X, k), k, E(X))",
        variable_index=1,
        claims_only=True,
    ),
)
