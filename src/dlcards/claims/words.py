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
        The argument that is a fresh variable, known inside the first argument only.
    variable_index : int or None
        The argument that must be a declared name, or an entry of one.
    """

    name: str
    arities: tuple[int, ...]
    group: str
    description: str
    example: str
    latex: str = ""
    binder_index: int | None = None
    variable_index: int | None = None

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


ELEMENTWISE = "Numbers, and every entry of a vector or matrix"
CHOICE = "Cases and counting"
CALCULUS = "Calculus"
SUMS = "Sums, products and optima"
ALGEBRA = "Linear algebra"
NETWORKS = "Vectors of scores and probabilities"
CHANCE = "Chance"

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
        (1, 2),
        CHOICE,
        "larger of two numbers, or largest entry of a vector",
        "max(x, y) + min(x, y) == x + y",
    ),
    Word(
        "min",
        (1, 2),
        CHOICE,
        "smaller of two numbers, or smallest entry of a vector",
        "min(u) == -max(-u)",
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
        (3,),
        CALCULUS,
        "limit as a variable approaches a value",
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
        (2,),
        SUMS,
        "where a number is smallest",
        "argmin((y - 3)**2, y) == 3",
        variable_index=1,
    ),
    Word(
        "argmax",
        (2,),
        SUMS,
        "where a number is largest",
        "argmax(1 - (y - 3)**2, y) == 3",
        variable_index=1,
    ),
    Word("inv", (1,), ALGEBRA, "inverse matrix", "S @ inv(S) == eye(n)"),
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
    Word("eye", (1,), ALGEBRA, "identity matrix of a size", "A @ eye(n) == A"),
    Word("ones", (1,), ALGEBRA, "vector of ones", "ones(n).T @ u == sum(u)"),
    Word("zeros", (1, 2), ALGEBRA, "vector or matrix of zeros", "u - u == zeros(n)"),
    Word("basis", (2,), ALGEBRA, "i-th unit vector of a size", "basis(1, n).T @ u == u[1]"),
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
    Word("pdf", (2,), CHANCE, "density (or probability) at a point", "pdf(Z, x) == pdf(Z, -x)"),
    Word("avg", (2,), CHANCE, "mean of n independent copies", "converges(avg(X, k), k, E(X))"),
    Word(
        "Normal",
        (2,),
        CHANCE,
        "normal law with a mean and a variance",
        "converges(sqrt(k)*(avg(X, k) - E(X))/sqrt(Var(X)), k, Normal(0, 1))",
    ),
    Word(
        "converges",
        (3,),
        CHANCE,
        "tends in probability to a number, or in law to Normal",
        "converges(avg(X, k), k, E(X))",
        variable_index=1,
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
    TypeWord("probability", (0,), 0, NUMBERS, "a number between 0 and 1", "probability"),
    TypeWord("interval", (2,), 0, NUMBERS, "a number between two bounds", "interval(-1, 1)"),
    TypeWord("natural", (0,), 0, NUMBERS, "1, 2, 3, …", "natural"),
    TypeWord("integer", (0,), 0, NUMBERS, "a whole number", "integer"),
    TypeWord("integers", (2,), 0, NUMBERS, "a whole number from … to …", "integers(1, n)"),
    TypeWord("vector", (1,), 1, VECTORS, "any column vector", "vector(n)"),
    TypeWord("nonzero_vector", (1,), 1, VECTORS, "not the zero vector", "nonzero_vector(n)"),
    TypeWord("nonconstant", (1,), 1, VECTORS, "entries not all equal", "nonconstant(n)"),
    TypeWord("positive_vector", (1,), 1, VECTORS, "all entries above 0", "positive_vector(n)"),
    TypeWord("simplex", (1,), 1, VECTORS, "positive entries that sum to 1", "simplex(n)"),
    TypeWord("onehot", (1,), 1, VECTORS, "one entry 1, the others 0", "onehot(n)"),
    TypeWord("unit", (1,), 1, VECTORS, "length 1", "unit(n)"),
    TypeWord("matrix", (2,), 2, MATRICES, "any matrix: rows, columns", "matrix(m, n)"),
    TypeWord("square", (1,), 1, MATRICES, "any square matrix", "square(n)"),
    TypeWord("symmetric", (1,), 1, MATRICES, "equal to its transpose", "symmetric(n)"),
    TypeWord("spd", (1,), 1, MATRICES, "symmetric positive definite", "spd(n)"),
    TypeWord("psd", (1,), 1, MATRICES, "symmetric positive semidefinite", "psd(n)"),
    TypeWord("invertible", (1,), 1, MATRICES, "has an inverse", "invertible(n)"),
    TypeWord("orthogonal", (1,), 1, MATRICES, "its transpose is its inverse", "orthogonal(n)"),
    TypeWord("diagonal", (1,), 1, MATRICES, "zero off the diagonal", "diagonal(n)"),
    TypeWord("fullrank", (2,), 2, MATRICES, "independent columns", "fullrank(m, n)"),
    TypeWord(
        "function",
        (0, 1, 2),
        2,
        FUNCTIONS,
        "any smooth function: number to number, vector to number, vector to vector",
        "function(n, m)",
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
    TypeWord("Normal", (2,), 0, RANDOM, "mean and variance", "Normal(mu, s**2)"),
    TypeWord("Bernoulli", (1,), 0, RANDOM, "1 with probability p, else 0", "Bernoulli(p)"),
    TypeWord("Binomial", (2,), 0, RANDOM, "successes in n independent tries", "Binomial(n, p)"),
    TypeWord("Poisson", (1,), 0, RANDOM, "rare events at a rate", "Poisson(lam)"),
    TypeWord("Exponential", (1,), 0, RANDOM, "waiting time at a rate", "Exponential(lam)"),
    TypeWord("Uniform", (2,), 0, RANDOM, "uniform between two bounds", "Uniform(a, b)"),
)

CONSTANTS = frozenset({"pi", "oo"})
WORD_NAMES = frozenset(word.name for word in WORDS)
TYPE_NAMES = frozenset(word.name for word in TYPES)

FUNCTION_TYPES = frozenset(word.name for word in TYPES if word.group == FUNCTIONS)
MATRIX_TYPES = frozenset(word.name for word in TYPES if word.group == MATRICES)
RANDOM_TYPES = frozenset(word.name for word in TYPES if word.group == RANDOM) - {
    "event",
    "partition",
}
PARAMETRIC_TYPES = frozenset(
    {"Normal", "Bernoulli", "Binomial", "Poisson", "Exponential", "Uniform"}
)
"""Random variables whose law is known by name."""

VECTOR_TYPES = frozenset(word.name for word in TYPES if word.group == VECTORS) | {
    "random_vector",
    "white",
}
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
