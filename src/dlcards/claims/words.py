"""The vocabulary: every word and every type of the claim language, in one table.

A word's numeric reading lives in :mod:`dlcards.claims.judge.numeric`, its symbolic
reading in :mod:`dlcards.claims.prove`, both keyed by its name; a test asserts
that no word lacks one. The examples are true statements over the declarations of
:data:`dlcards.claims.reference.DECLARATIONS`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A word that can be applied to arguments.

    Parameters
    ----------
    name : str
    arities : tuple of int
        The numbers of arguments it takes.
    group, description : str
    example : str
        A true statement that uses the word.
    latex : str
        The LaTeX that precedes the bracketed arguments; empty when the layout is
        not that simple and :mod:`dlcards.claims.print.latex` has a function for it.
    binder_index : int or None
        The argument that is a fresh variable, known inside the first argument only,
        when more than two arguments are given.
    variable_index : int or None
        The argument that must be a declared name, or an entry of one, when it does not bind.
    size_indices : tuple of int
        The arguments that are sizes: a name used there need not be declared.
    claims_only : bool
        Whether it has a meaning in claims only, not in code or worked examples.
    """

    name: str
    arities: tuple[int, ...]
    group: str
    description: str
    example: str
    latex: str = ""
    binder_index: int | None = None
    variable_index: int | None = None
    size_indices: tuple[int, ...] = ()
    claims_only: bool = False

    @property
    def min_args(self) -> int:
        """The smallest number of arguments."""
        return min(self.arities)

    @property
    def max_args(self) -> int:
        """The largest number of arguments."""
        return max(self.arities)


@dataclass(frozen=True, slots=True)
class TypeWord:
    """A type that a name can be declared with.

    Parameters
    ----------
    name : str
    arities : tuple of int
        The numbers of arguments it takes.
    sizes : int
        How many of the first arguments are sizes: a name used there need not be declared.
    group, description, example : str
    """

    name: str
    arities: tuple[int, ...]
    sizes: int
    group: str
    description: str
    example: str

    @property
    def min_args(self) -> int:
        """The smallest number of arguments."""
        return min(self.arities)

    @property
    def max_args(self) -> int:
        """The largest number of arguments."""
        return max(self.arities)


@dataclass(frozen=True, slots=True)
class Law:
    """A law with a name: the type of a random variable, and a thing to compare laws with.

    Parameters
    ----------
    name : str
    arities : tuple of int
    description : str
        What its parameters are.
    declared : str
        As the type of a name.
    example : str
        A true statement that uses it.
    latex : str
        What precedes its bracketed parameters; empty when
        :mod:`dlcards.claims.print.latex` has a function for it.
    of_vectors : bool
        Whether its values are vectors.
    """

    name: str
    arities: tuple[int, ...]
    description: str
    declared: str
    example: str
    latex: str = ""
    of_vectors: bool = False


ELEMENTWISE = "Numbers, and every entry of a vector or matrix"
SPECIAL = "Special functions"
COMPLEX = "Complex numbers"
CHOICE = "Cases and counting"
CALCULUS = "Calculus"
SUMS = "Sums, products and optima"
ALGEBRA = "Linear algebra"
NETWORKS = "Vectors of scores and probabilities"
CHANCE = "Chance"
NAMED_LAWS = "Laws with a name"

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
LAW_NAMES = frozenset(law.name for law in LAWS)

WORDS: tuple[Word, ...] = (
    Word("exp", (1,), ELEMENTWISE, "e to a power", "exp(x + y) == exp(x)*exp(y)"),
    Word("log", (1,), ELEMENTWISE, "natural logarithm", "log(a*b) == log(a) + log(b)", r"\log"),
    Word("sqrt", (1,), ELEMENTWISE, "square root", "sqrt(x**2) == abs(x)"),
    Word("sin", (1,), ELEMENTWISE, "sine", "d(sin(x), x) == cos(x)", r"\sin"),
    Word("cos", (1,), ELEMENTWISE, "cosine", "cos(x)**2 + sin(x)**2 == 1", r"\cos"),
    Word("tan", (1,), ELEMENTWISE, "tangent", "tan(r) == sin(r)/cos(r)", r"\tan"),
    Word(
        "asin",
        (1,),
        ELEMENTWISE,
        "angle with this sine",
        "sin(asin(w)) == w",
        r"\arcsin",
    ),
    Word(
        "acos",
        (1,),
        ELEMENTWISE,
        "angle with this cosine",
        "cos(acos(w)) == w",
        r"\arccos",
    ),
    Word(
        "atan",
        (1,),
        ELEMENTWISE,
        "angle with this tangent",
        "d(atan(x), x) == 1/(1 + x**2)",
        r"\arctan",
    ),
    Word("tanh", (1,), ELEMENTWISE, "hyperbolic tangent", "tanh(-x) == -tanh(x)", r"\tanh"),
    Word("sinh", (1,), ELEMENTWISE, "hyperbolic sine", "2*sinh(x) == exp(x) - exp(-x)", r"\sinh"),
    Word("cosh", (1,), ELEMENTWISE, "hyperbolic cosine", "2*cosh(x) == exp(x) + exp(-x)", r"\cosh"),
    Word("abs", (1,), ELEMENTWISE, "absolute value", "abs(x*y) == abs(x)*abs(y)"),
    Word(
        "sign", (1,), ELEMENTWISE, "sign: -1, 0 or 1", "x == sign(x)*abs(x)", r"\operatorname{sign}"
    ),
    Word(
        "sigmoid",
        (1,),
        ELEMENTWISE,
        "logistic function",
        "sigmoid(x) == 1/(1 + exp(-x))",
        r"\sigma",
    ),
    Word(
        "softplus",
        (1,),
        ELEMENTWISE,
        "smooth version of max(0, x)",
        "softplus(x) == log(1 + exp(x))",
        r"\operatorname{softplus}",
    ),
    Word("relu", (1,), ELEMENTWISE, "max(0, x)", "relu(x) == max(0, x)", r"\operatorname{ReLU}"),
    Word("erf", (1,), ELEMENTWISE, "error function", "erf(-x) == -erf(x)", r"\operatorname{erf}"),
    Word("gamma", (1,), ELEMENTWISE, "gamma function", "gamma(a + 1) == a*gamma(a)", r"\Gamma"),
    Word("floor", (1,), ELEMENTWISE, "largest whole number below", "floor(x + 1) == floor(x) + 1"),
    Word("ceil", (1,), ELEMENTWISE, "smallest whole number above", "ceil(x) == -floor(-x)"),
    Word(
        "digamma",
        (1,),
        SPECIAL,
        "slope of log(gamma(x))",
        "d(log(gamma(a)), a) == digamma(a)",
        r"\psi",
    ),
    Word(
        "erfinv",
        (1,),
        SPECIAL,
        "inverse of the error function",
        "erf(erfinv(w)) == w",
        r"\operatorname{erf}^{-1}",
    ),
    Word(
        "betainc",
        (3,),
        SPECIAL,
        "P(X <= x) for X of law Beta(a, b); x is last",
        "betainc(a, 1, c) == c**a",
    ),
    Word("re", (1,), COMPLEX, "real part", "re(exp(1j*x)) == cos(x)", r"\operatorname{Re}"),
    Word("im", (1,), COMPLEX, "imaginary part", "im(exp(1j*x)) == sin(x)", r"\operatorname{Im}"),
    Word("conj", (1,), COMPLEX, "complex conjugate", "z*conj(z) == abs(z)**2"),
    Word(
        "mod",
        (2,),
        CHOICE,
        "what a division leaves: mod(a, b) lies in [0, b)",
        "mod(x, 1) == x - floor(x)",
    ),
    Word("factorial", (1,), CHOICE, "n!", "factorial(k + 1) == (k + 1)*factorial(k)"),
    Word(
        "binomial",
        (2,),
        CHOICE,
        "number of ways to choose k of n",
        "binomial(k + 1, 2) == k*(k + 1)/2",
    ),
    Word("ind", (1,), CHOICE, "1 when the relation holds, else 0", "ind(x > 0)*x == relu(x)"),
    Word(
        "max",
        (1, 2, 4),
        CHOICE,
        "larger of two, largest entry, or largest over an index from … to …",
        "max(x, y) + min(x, y) == x + y",
        binder_index=1,
    ),
    Word(
        "min",
        (1, 2, 4),
        CHOICE,
        "smaller of two, smallest entry, or smallest over an index from … to …",
        "min(u) == -max(-u)",
        binder_index=1,
    ),
    Word(
        "all",
        (4,),
        CHOICE,
        "the relation holds for every index from … to …",
        "all(u[i] <= max(u), i, 1, n)",
        binder_index=1,
    ),
    Word(
        "cases",
        (3, 5, 7, 9),
        CHOICE,
        "value, condition, value, condition, …, otherwise",
        "abs(x) == cases(x, x > 0, -x)",
    ),
    Word(
        "d",
        (2, 3),
        CALCULUS,
        "derivative (of the given order) in a variable",
        "d(x**3, x, 2) == 6*x",
        variable_index=1,
    ),
    Word(
        "pd",
        (2, 3),
        CALCULUS,
        "the same, printed as a partial derivative",
        "pd(x**2*y, x) == 2*x*y",
        variable_index=1,
    ),
    Word(
        "D",
        (2, 3),
        CALCULUS,
        "f'(p), the gradient or the Jacobian of f at a point p",
        "d(f(2*x), x) == 2*D(f, 2*x)",
    ),
    Word(
        "grad",
        (2,),
        CALCULUS,
        "gradient of a number in a vector or matrix",
        "grad(v.T @ u, u) == v",
        variable_index=1,
    ),
    Word(
        "jac",
        (2,),
        CALCULUS,
        "Jacobian of a vector in a vector",
        "jac(A @ u, u) == A",
        variable_index=1,
    ),
    Word(
        "hess",
        (2,),
        CALCULUS,
        "Hessian of a number in a vector",
        "hess(u.T @ A @ u, u) == A + A.T",
        variable_index=1,
    ),
    Word(
        "integral",
        (4,),
        CALCULUS,
        "integral over a variable from … to …",
        "integral(s**2, s, 0, x) == x**3/3",
        binder_index=1,
    ),
    Word(
        "limit",
        (3, 4),
        CALCULUS,
        "limit as a variable approaches a value, from both sides, from above or below",
        "limit((1 + x/s)**s, s, oo) == exp(x)",
        binder_index=1,
    ),
    Word(
        "O",
        (1,),
        CALCULUS,
        "an error of at most this order near 0",
        "exp(y) == 1 + y + y**2/2 + O(y**3)",
        "O",
        claims_only=True,
    ),
    Word(
        "sum",
        (1, 4),
        SUMS,
        "sum over an index from … to …, or of all entries",
        "sum(i, i, 1, k) == k*(k + 1)/2",
        binder_index=1,
    ),
    Word(
        "prod",
        (1, 4),
        SUMS,
        "product over an index from … to …, or of all entries",
        "prod(i, i, 1, k) == factorial(k)",
        binder_index=1,
    ),
    Word(
        "argmin",
        (1, 2, 4),
        SUMS,
        "where a number is smallest: an entry, a variable, an index from … to …",
        "argmin((y - 3)**2, y) == 3",
        binder_index=1,
        variable_index=1,
    ),
    Word(
        "argmax",
        (1, 2, 4),
        SUMS,
        "where a number is largest: an entry, a variable, an index from … to …",
        "u[argmax(u)] == max(u)",
        binder_index=1,
        variable_index=1,
    ),
    Word("inv", (1,), ALGEBRA, "inverse matrix", "S @ inv(S) == eye(n)"),
    Word("expm", (1,), ALGEBRA, "exponential of a matrix", "det(expm(A)) == exp(tr(A))"),
    Word("logm", (1,), ALGEBRA, "logarithm of a matrix", "expm(logm(S)) == S", r"\log"),
    Word("sqrtm", (1,), ALGEBRA, "square root of a matrix", "sqrtm(S) @ sqrtm(S) == S"),
    Word(
        "block",
        (1,),
        ALGEBRA,
        "matrix of matrices, or vector of vectors",
        "tr(block([[A, B], [B, A]])) == 2*tr(A)",
    ),
    Word("pinv", (1,), ALGEBRA, "pseudo-inverse", "M @ pinv(M) @ M == M"),
    Word("det", (1,), ALGEBRA, "determinant", "det(A @ B) == det(A)*det(B)", r"\det"),
    Word("tr", (1,), ALGEBRA, "trace", "tr(A @ B) == tr(B @ A)", r"\operatorname{tr}"),
    Word("rank", (1,), ALGEBRA, "rank", "rank(S) == n", r"\operatorname{rank}"),
    Word("norm", (1,), ALGEBRA, "Euclidean length of a vector", "norm(u)**2 == u.T @ u"),
    Word("pnorm", (2,), ALGEBRA, "p-norm of a vector", "pnorm(u, 2) == norm(u)"),
    Word("norm1", (1,), ALGEBRA, "sum of absolute values", "norm1(u) == sum(abs(u[i]), i, 1, n)"),
    Word("norminf", (1,), ALGEBRA, "largest absolute value", "norminf(u) == max(abs(u))"),
    Word("fro", (1,), ALGEBRA, "Frobenius norm of a matrix", "fro(A)**2 == tr(A.T @ A)"),
    Word("opnorm", (1,), ALGEBRA, "largest singular value", "norm(A @ u) <= opnorm(A)*norm(u)"),
    Word(
        "diag",
        (1,),
        ALGEBRA,
        "diagonal matrix of a vector, or diagonal of a matrix",
        "diag(u) @ v == u*v",
        r"\operatorname{diag}",
    ),
    Word("eye", (1,), ALGEBRA, "identity matrix of a size", "A @ eye(n) == A", size_indices=(0,)),
    Word("ones", (1,), ALGEBRA, "vector of ones", "ones(n).T @ u == sum(u)", size_indices=(0,)),
    Word(
        "zeros",
        (1, 2),
        ALGEBRA,
        "vector or matrix of zeros",
        "u - u == zeros(n)",
        size_indices=(0, 1),
    ),
    Word(
        "basis",
        (2,),
        ALGEBRA,
        "i-th unit vector of a size",
        "basis(1, n).T @ u == u[1]",
        size_indices=(1,),
    ),
    Word(
        "eigvals",
        (1,),
        ALGEBRA,
        "eigenvalues of a symmetric matrix, smallest first",
        "sum(eigvals(S)) == tr(S)",
        r"\operatorname{eig}",
    ),
    Word(
        "eigvecs",
        (1,),
        ALGEBRA,
        "orthonormal eigenvectors of a symmetric matrix, as columns",
        "S == eigvecs(S) @ diag(eigvals(S)) @ eigvecs(S).T",
        r"\operatorname{eigvec}",
    ),
    Word(
        "lammax",
        (1,),
        ALGEBRA,
        "largest eigenvalue of a symmetric matrix",
        "u.T @ S @ u <= lammax(S)*norm(u)**2",
        r"\lambda_{\max}",
    ),
    Word(
        "lammin",
        (1,),
        ALGEBRA,
        "smallest eigenvalue of a symmetric matrix",
        "lammin(S)*norm(u)**2 <= u.T @ S @ u",
        r"\lambda_{\min}",
    ),
    Word(
        "svdU",
        (1,),
        ALGEBRA,
        "left singular vectors, as columns",
        "M == svdU(M) @ svdS(M) @ svdV(M).T",
        r"\operatorname{svd}_{\boldsymbol{U}}",
    ),
    Word(
        "svdS",
        (1,),
        ALGEBRA,
        "diagonal matrix of the singular values, largest first",
        "tr(svdS(M).T @ svdS(M)) == fro(M)**2",
        r"\operatorname{svd}_{\boldsymbol{\Sigma}}",
    ),
    Word(
        "svdV",
        (1,),
        ALGEBRA,
        "right singular vectors, as columns",
        "M @ svdV(M) == svdU(M) @ svdS(M)",
        r"\operatorname{svd}_{\boldsymbol{V}}",
    ),
    Word(
        "vec",
        (1,),
        ALGEBRA,
        "columns of a matrix under one another",
        "vec(A + B) == vec(A) + vec(B)",
        r"\operatorname{vec}",
    ),
    Word(
        "col",
        (2,),
        ALGEBRA,
        "j-th column of a matrix",
        "A @ u == sum(u[j]*col(A, j), j, 1, n)",
    ),
    Word(
        "row", (2,), ALGEBRA, "i-th row of a matrix, a 1 by n matrix", "row(A, 1) @ u == (A @ u)[1]"
    ),
    Word(
        "cross",
        (2,),
        ALGEBRA,
        "cross product in 3 dimensions",
        "cross(e, h) == -cross(h, e)",
    ),
    Word("kron", (2,), ALGEBRA, "Kronecker product", "tr(kron(A, B)) == tr(A)*tr(B)"),
    Word("len", (1,), NETWORKS, "number of entries", "len(u) == n", r"\dim"),
    Word(
        "mean", (1,), NETWORKS, "mean of the entries", "mean(u) == sum(u)/n", r"\operatorname{mean}"
    ),
    Word(
        "var",
        (1,),
        NETWORKS,
        "mean squared deviation of the entries",
        "var(u) == mean(u**2) - mean(u)**2",
        r"\operatorname{var}",
    ),
    Word(
        "softmax",
        (1,),
        NETWORKS,
        "scores turned into probabilities",
        "softmax(u) == exp(u)/sum(exp(u))",
        r"\operatorname{softmax}",
    ),
    Word(
        "softmax_rows",
        (1,),
        NETWORKS,
        "softmax of every row of a matrix",
        "softmax_rows(M) @ ones(n) == ones(m)",
        r"\operatorname{softmax}",
    ),
    Word(
        "logsumexp",
        (1,),
        NETWORKS,
        "log of the sum of exponentials",
        "logsumexp(u) == log(sum(exp(u)))",
        r"\operatorname{logsumexp}",
    ),
    Word(
        "entropy",
        (1,),
        NETWORKS,
        "entropy of a probability vector",
        "entropy(p) == -sum(p[i]*log(p[i]), i, 1, n)",
    ),
    Word(
        "xent",
        (2,),
        NETWORKS,
        "cross-entropy of two probability vectors",
        "xent(p, q) == entropy(p) + KL(p, q)",
    ),
    Word(
        "KL",
        (2,),
        NETWORKS,
        "Kullback-Leibler divergence of two probability vectors",
        "KL(p, q) == sum(p[i]*log(p[i]/q[i]), i, 1, n)",
    ),
    Word(
        "conv",
        (2,),
        NETWORKS,
        "full convolution of two vectors",
        "conv(u, v) == conv(v, u)",
    ),
    Word("E", (1,), CHANCE, "expectation; E(X | Y) is conditional", "E(X + Y) == E(X) + E(Y)"),
    Word("Var", (1,), CHANCE, "variance", "Var(X) == E(X**2) - E(X)**2", r"\operatorname{Var}"),
    Word(
        "Cov",
        (1, 2),
        CHANCE,
        "covariance of two, or covariance matrix of a vector",
        "Cov(X, Y) == E(X*Y) - E(X)*E(Y)",
        r"\operatorname{Cov}",
    ),
    Word(
        "Corr",
        (2,),
        CHANCE,
        "correlation",
        "Corr(U, U + W)*sqrt(Var(U)*Var(U + W)) == Cov(U, U + W)",
        r"\operatorname{Corr}",
    ),
    Word(
        "P", (1,), CHANCE, "probability; P(A | B) is conditional", "P(F | G)*P(G) == P(F & G)", "P"
    ),
    Word(
        "union", (2,), CHANCE, "either event, or both", "P(union(F, G)) == P(F) + P(G) - P(F & G)"
    ),
    Word("MI", (2,), CHANCE, "mutual information", "MI(X, Y) == H(X) - H(X | Y)"),
    Word("H", (1,), CHANCE, "entropy; H(X | Y) is conditional", "H([X, Y]) == H(Y) + H(X | Y)"),
    Word(
        "pdf",
        (2,),
        CHANCE,
        "density (or probability) of a variable, an expression or a law at a point",
        "pdf(Z, x) == pdf(Z, -x)",
    ),
    Word(
        "iid",
        (2,),
        CHANCE,
        "i-th independent copy of a random variable; in claims only",
        "Var(iid(X, 1) + iid(X, 2)) == 2*Var(X)",
        claims_only=True,
    ),
    Word(
        "avg",
        (2,),
        CHANCE,
        "mean of n independent copies; in claims only",
        "Var(avg(X, k)) == Var(X)/k",
        claims_only=True,
    ),
    Word(
        "distributed",
        (2,),
        CHANCE,
        "has the law; a claim of its own",
        "distributed(U + W, Normal(0, 2))",
        claims_only=True,
    ),
    Word(
        "converges",
        (3,),
        CHANCE,
        "tends in probability to a number, or in law to a law; a claim of its own",
        "converges(avg(X, k), k, E(X))",
        variable_index=1,
        claims_only=True,
    ),
    *(
        Word(law.name, law.arities, NAMED_LAWS, law.description, law.example, law.latex)
        for law in LAWS
    ),
)

NUMBERS = "Numbers"
VECTORS = "Vectors"
MATRICES = "Matrices"
FUNCTIONS = "Functions"
RANDOM = "Chance"

TYPES: tuple[TypeWord, ...] = (
    TypeWord("real", (0,), 0, NUMBERS, "any number", "real"),
    TypeWord("nonzero", (0,), 0, NUMBERS, "any number but 0", "nonzero"),
    TypeWord("positive", (0,), 0, NUMBERS, "a number above 0", "positive"),
    TypeWord("nonnegative", (0,), 0, NUMBERS, "0 or a number above it", "nonnegative"),
    TypeWord("probability", (0,), 0, NUMBERS, "a number between 0 and 1, neither", "probability"),
    TypeWord(
        "interval", (2,), 0, NUMBERS, "between two bounds, neither of them", "interval(-1, 1)"
    ),
    TypeWord(
        "closed_interval",
        (2,),
        0,
        NUMBERS,
        "between two bounds, or one of them",
        "closed_interval(0, 1)",
    ),
    TypeWord("natural", (0,), 0, NUMBERS, "1, 2, 3, …", "natural"),
    TypeWord("integer", (0,), 0, NUMBERS, "a whole number", "integer"),
    TypeWord("integers", (2,), 0, NUMBERS, "a whole number from … to …", "integers(1, n)"),
    TypeWord("complex", (0,), 0, NUMBERS, "a complex number", "complex"),
    TypeWord("vector", (1,), 1, VECTORS, "any column vector", "vector(n)"),
    TypeWord("nonzero_vector", (1,), 1, VECTORS, "not the zero vector", "nonzero_vector(n)"),
    TypeWord("nonconstant", (1,), 1, VECTORS, "entries not all equal", "nonconstant(n)"),
    TypeWord("positive_vector", (1,), 1, VECTORS, "all entries above 0", "positive_vector(n)"),
    TypeWord("simplex", (1,), 1, VECTORS, "entries of at least 0 that sum to 1", "simplex(n)"),
    TypeWord("open_simplex", (1,), 1, VECTORS, "entries above 0 that sum to 1", "open_simplex(n)"),
    TypeWord("onehot", (1,), 1, VECTORS, "one entry 1, the others 0", "onehot(n)"),
    TypeWord("unit", (1,), 1, VECTORS, "length 1", "unit(n)"),
    TypeWord("mask", (1,), 1, VECTORS, "entries 0 or -oo, at least one of them 0", "mask(n)"),
    TypeWord("matrix", (2,), 2, MATRICES, "any matrix: rows, columns", "matrix(m, n)"),
    TypeWord("square", (1,), 1, MATRICES, "any square matrix", "square(n)"),
    TypeWord("symmetric", (1,), 1, MATRICES, "equal to its transpose", "symmetric(n)"),
    TypeWord("spd", (1,), 1, MATRICES, "symmetric positive definite", "spd(n)"),
    TypeWord("psd", (1,), 1, MATRICES, "symmetric positive semidefinite", "psd(n)"),
    TypeWord("invertible", (1,), 1, MATRICES, "has an inverse", "invertible(n)"),
    TypeWord("orthogonal", (1,), 1, MATRICES, "its transpose is its inverse", "orthogonal(n)"),
    TypeWord("diagonal", (1,), 1, MATRICES, "zero off the diagonal", "diagonal(n)"),
    TypeWord("fullrank", (2,), 2, MATRICES, "independent columns", "fullrank(m, n)"),
    TypeWord("mask_rows", (2,), 2, MATRICES, "every row is a mask of 0 and -oo", "mask_rows(m, n)"),
    TypeWord(
        "joint_table",
        (2,),
        2,
        MATRICES,
        "entries of at least 0 that sum to 1",
        "joint_table(m, n)",
    ),
    TypeWord(
        "function",
        (0, 1, 2),
        2,
        FUNCTIONS,
        "any function: number to number, vector to number, vector to vector",
        "function(n, m)",
    ),
    TypeWord(
        "smooth_function",
        (0, 1, 2),
        2,
        FUNCTIONS,
        "differentiable as often as needed; otherwise the same",
        "smooth_function(n, m)",
    ),
    TypeWord(
        "positive_function", (0,), 0, FUNCTIONS, "smooth with values above 0", "positive_function"
    ),
    TypeWord("convex", (0, 1), 1, FUNCTIONS, "smooth and convex", "convex(n)"),
    TypeWord(
        "quadratic",
        (2,),
        1,
        FUNCTIONS,
        "convex and quadratic with curvature at most L",
        "quadratic(n, L)",
    ),
    TypeWord("event", (0,), 0, RANDOM, "an event", "event"),
    TypeWord("partition", (1,), 1, RANDOM, "n events of which exactly one happens", "partition(n)"),
    TypeWord(
        "random", (0,), 0, RANDOM, "a random variable; several may depend on each other", "random"
    ),
    TypeWord("centered", (0,), 0, RANDOM, "a random variable with mean 0", "centered"),
    TypeWord("independent", (0,), 0, RANDOM, "independent of everything else", "independent"),
    TypeWord("random_vector", (1,), 1, RANDOM, "a random vector", "random_vector(n)"),
    TypeWord("white", (1,), 1, RANDOM, "independent entries, mean 0, variance 1", "white(n)"),
    TypeWord(
        "Joint",
        (1,),
        0,
        RANDOM,
        "two variables, X, Y: P(X == i & Y == j) is entry i, j of a table",
        "Joint(T)",
    ),
    TypeWord(
        "Density",
        (3, 5),
        0,
        RANDOM,
        "a density with its bounds; with four bounds, of two variables",
        "Density(g, 0, 1)",
    ),
    *(TypeWord(law.name, law.arities, 0, RANDOM, law.description, law.declared) for law in LAWS),
)

IMAGINARY_UNIT = "1j"
CONSTANTS = frozenset({"pi", "oo", IMAGINARY_UNIT})
DIRECTIONS = ("above", "below")
"""From where a limit is approached: its fourth argument."""
CLAIM_WORDS = frozenset({"converges", "distributed", "all"})
"""Words that claim something without a sign between two sides."""
WORD_NAMES = frozenset(word.name for word in WORDS)
TYPE_NAMES = frozenset(word.name for word in TYPES)

FUNCTION_TYPES = frozenset(word.name for word in TYPES if word.group == FUNCTIONS)
MATRIX_TYPES = frozenset(word.name for word in TYPES if word.group == MATRICES)
RANDOM_TYPES = frozenset(word.name for word in TYPES if word.group == RANDOM) - {
    "event",
    "partition",
}
PARAMETRIC_TYPES = LAW_NAMES | {"Joint", "Density"}
"""Random variables whose law is known."""

VECTOR_TYPES = (
    frozenset(word.name for word in TYPES if word.group == VECTORS)
    | frozenset(law.name for law in LAWS if law.of_vectors)
    | {"random_vector", "white"}
)
SHAPED_TYPES = frozenset(word.name for word in TYPES if word.sizes)
ELEMENTWISE_WORDS = frozenset(word.name for word in WORDS if word.group == ELEMENTWISE)
PROBABILITY_WORDS = frozenset({"E", "Var", "Cov", "P", "H"})


def find_word(name: str) -> Word | None:
    """Return the word with this name, or None.

    Examples
    --------
    >>> find_word("integral").arities
    (4,)
    """
    return next((word for word in WORDS if word.name == name), None)


def find_type(name: str) -> TypeWord | None:
    """Return the type with this name, or None.

    Examples
    --------
    >>> find_type("interval").min_args
    2
    """
    return next((word for word in TYPES if word.name == name), None)
