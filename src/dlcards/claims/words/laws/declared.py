"""The declarations of the laws with a name."""

from __future__ import annotations

from dlcards.claims.words.record import Law, Word

GROUP = "Laws with a name"

LAWS: tuple[Law, ...] = (
    Law(
        "Normal",
        (2,),
        "normal: mean and variance",
        "Normal(mu, s**2)",
        "converges(sqrt(k)*(avg(X, k) - E(X))/sqrt(Var(X)), k, Normal(0, 1))",
        r"\mathcal{N}",
    ),
    Law(
        "Bernoulli",
        (1,),
        "1 with probability p, else 0",
        "Bernoulli(p)",
        "pdf(Bernoulli(c), 1) == c",
        r"\operatorname{Bernoulli}",
    ),
    Law(
        "Binomial",
        (2,),
        "successes in n independent tries",
        "Binomial(n, p)",
        "pdf(Binomial(k, c), k) == c**k",
        r"\operatorname{Binomial}",
    ),
    Law(
        "Geometric",
        (1,),
        "tries up to the first success: 1, 2, …",
        "Geometric(p)",
        "pdf(Geometric(c), k) == c*(1 - c)**(k - 1)",
        r"\operatorname{Geometric}",
    ),
    Law(
        "NegativeBinomial",
        (2,),
        "failures before the r-th success: 0, 1, …",
        "NegativeBinomial(r, p)",
        "pdf(NegativeBinomial(a, c), 0) == c**a",
        r"\operatorname{NegBinomial}",
    ),
    Law(
        "Poisson",
        (1,),
        "rare events at a rate",
        "Poisson(lam)",
        "pdf(Poisson(a), 0) == exp(-a)",
        r"\operatorname{Poisson}",
    ),
    Law(
        "Categorical",
        (1,),
        "1, 2, … with the probabilities of a vector",
        "Categorical(p)",
        "pdf(Categorical(p), 1) == p[1]",
        r"\operatorname{Categorical}",
    ),
    Law(
        "Exponential",
        (1,),
        "waiting time at a rate",
        "Exponential(lam)",
        "pdf(Exponential(a), b) == a*exp(-a*b)",
        r"\operatorname{Exponential}",
    ),
    Law(
        "Uniform",
        (2,),
        "uniform between two bounds",
        "Uniform(a, b)",
        "pdf(Uniform(0, a), a/2) == 1/a",
        r"\operatorname{Uniform}",
    ),
    Law(
        "Gamma",
        (2,),
        "gamma: shape and rate",
        "Gamma(a, b)",
        "pdf(Gamma(a, 1), b) == b**(a - 1)*exp(-b)/gamma(a)",
        r"\operatorname{Gamma}",
    ),
    Law(
        "InverseGamma",
        (2,),
        "one over a gamma variable: shape and scale",
        "InverseGamma(a, b)",
        "pdf(InverseGamma(1, a), b) == a*exp(-a/b)/b**2",
        r"\operatorname{InvGamma}",
    ),
    Law(
        "Beta",
        (2,),
        "on (0, 1): density proportional to `x**(a - 1)*(1 - x)**(b - 1)`",
        "Beta(a, b)",
        "pdf(Beta(2, 2), c) == 6*c*(1 - c)",
        r"\operatorname{Beta}",
    ),
    Law(
        "ChiSquared",
        (1,),
        "sum of so many squared standard normals",
        "ChiSquared(k)",
        "distributed(Z**2, ChiSquared(1))",
    ),
    Law(
        "StudentT",
        (1,),
        "Student's t: degrees of freedom",
        "StudentT(nu)",
        "pdf(StudentT(1), x) == 1/(pi*(1 + x**2))",
    ),
    Law(
        "FisherF",
        (2,),
        "Fisher's F: degrees of freedom above and below",
        "FisherF(j, k)",
        "pdf(FisherF(2, 2), a) == 1/(1 + a)**2",
    ),
    Law(
        "Pareto",
        (2,),
        "smallest value and shape",
        "Pareto(m, a)",
        "pdf(Pareto(1, a), 1 + b) == a/(1 + b)**(a + 1)",
        r"\operatorname{Pareto}",
    ),
    Law(
        "Multinomial",
        (2,),
        "counts of the outcomes of n tries with probabilities p",
        "Multinomial(n, p)",
        "pdf(Multinomial(1, p), basis(1, n)) == p[1]",
        r"\operatorname{Multinomial}",
        of_vectors=True,
    ),
    Law(
        "Dirichlet",
        (1,),
        "probability vectors: density proportional to `prod(x**(a - 1))`",
        "Dirichlet(a)",
        "pdf(Dirichlet(ones(n)), p) == factorial(n - 1)",
        r"\operatorname{Dirichlet}",
        of_vectors=True,
    ),
    Law(
        "MultivariateNormal",
        (2,),
        "normal vector: mean and covariance matrix",
        "MultivariateNormal(mu, S)",
        "pdf(MultivariateNormal(u, S), u) == 1/sqrt(det(2*pi*S))",
        r"\mathcal{N}",
        of_vectors=True,
    ),
)

WORDS: tuple[Word, ...] = tuple(
    Word(law.name, law.arities, GROUP, law.description, law.example, law.latex) for law in LAWS
)
