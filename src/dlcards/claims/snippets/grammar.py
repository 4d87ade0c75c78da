"""What a NumPy snippet may say: an allow-list over Python's syntax tree.

Nothing here runs a snippet; Python's own parser is asked for the tree only.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


MAX_CHARACTERS = 2000
MAX_INDENT = 24
MAX_PARTS = 500
MAX_DEPTH = 40
MAX_INTEGER = 10**6
MAX_ARGUMENTS = 12
MAX_THRESHOLDS = 6
FILE_NAME = "<snippet>"

NUMPY = _names(
    """
    abs absolute add all allclose amax amin any arange arccos arccosh arcsin arcsinh arctan
    arctan2 arctanh argmax argmin argpartition argsort around array array_equal asarray
    atleast_1d atleast_2d average bincount block broadcast_to cbrt ceil clip column_stack
    concatenate convolve corrcoef correlate cos cosh count_nonzero cov cross cumprod cumsum diag
    diagonal diff divide dot einsum equal exp exp2 expand_dims expm1 eye fill_diagonal flip
    float64 floor floor_divide fmax fmin fmod full full_like greater greater_equal heaviside
    hstack hypot identity imag inner int64 interp isclose isfinite isinf isnan isneginf isposinf
    kron less less_equal linspace log log10 log1p log2 logaddexp logical_and logical_not
    logical_or logical_xor matmul matrix_transpose max maximum mean median meshgrid min minimum
    mod moveaxis multiply nan_to_num nanmax nanmean nanmin nansum ndim negative nonzero
    not_equal ones ones_like outer partition polyval positive power prod ptp quantile ravel real
    reciprocal remainder repeat reshape rint roll round searchsorted select shape sign sin sinc
    sinh size sort sqrt square squeeze stack std subtract sum swapaxes take tan tanh tensordot
    tile trace transpose trapezoid tril tril_indices triu triu_indices true_divide trunc unique
    vander var vdot vecdot vstack where zeros zeros_like
    """
)
"""Functions of NumPy."""

FOLDED = _names(
    """
    add arctan2 divide equal fmax fmin greater greater_equal hypot less less_equal logaddexp
    logical_and logical_or logical_xor maximum minimum mod multiply not_equal power subtract
    """
)
"""Functions of two numbers that have the methods below."""

FOLDING = frozenset({"reduce", "accumulate", "outer"})
"""Methods of these: ``np.logaddexp.reduce(x)``."""

LINALG = _names(
    """
    cholesky cond det eig eigh eigvals eigvalsh inv lstsq matrix_norm matrix_power
    matrix_rank multi_dot norm pinv qr slogdet solve svd svdvals vector_norm
    """
)
"""Functions of ``numpy.linalg``."""

MATH = _names(
    """
    acos asin atan atan2 ceil comb cos cosh erf erfc exp expm1 fabs factorial floor fsum gamma
    gcd hypot isfinite isinf isnan isqrt lgamma log log10 log1p log2 perm pow prod sin sinh sqrt
    tan tanh trunc
    """
)
"""Functions of ``math``, for what NumPy has not."""

MATH_FOLDS = frozenset({("math", "fsum"), ("math", "prod")})
"""Those that take a generator."""

MATH_VALUES = frozenset({"e", "inf", "nan", "pi", "tau"})

CLIPPING = frozenset({("clip",), ("maximum",), ("minimum",)})
"""Functions that change a value beyond a number."""

WINDOWS = ("np", "lib", "stride_tricks", "sliding_window_view")
VALUES = frozenset({"pi", "e", "inf", "nan", "newaxis"})
"""Names of NumPy that stand for a value."""

METHODS = _names(
    """
    all any argmax argmin argsort astype clip copy cumprod cumsum diagonal dot fill flatten item
    max mean min nonzero prod ravel repeat reshape round sort squeeze std sum swapaxes tolist
    trace transpose var
    """
)
ATTRIBUTES = frozenset({"T", "imag", "ndim", "real", "shape", "size"})
BUILTINS = _names("abs all any bool divmod float int len list max min round sorted sum tuple")
LOOPS = frozenset({"range", "enumerate", "zip", "reversed"})
FOLDS = frozenset({"all", "any", "list", "max", "min", "sorted", "sum", "tuple"})
"""Builtins over a generator."""

RANGED = frozenset({"max", "min", "sum"})
"""Builtins over a range."""

SILENCED = frozenset({"all", "divide", "invalid", "over", "under"})
"""Keywords of ``np.errstate``, which stands in ``with`` only."""

TYPED = {"astype": 0, "array": 1, "asarray": 1, "zeros": 1, "ones": 1, "full": 2}
"""Functions that may be given a type, and from which argument on."""

DTYPES = frozenset({("float",), ("int",), ("bool",), ("np", "float64"), ("np", "int64")})
KEYWORDS = _names(
    """
    a_max a_min append atol axes axis axis1 axis2 bias compute_uv correction ddof decimals
    default dtype dx endpoint equal_nan fill_value full_matrices hermitian increasing indexing
    initial k keepdims kind mode nan neginf num offset optimize ord posinf prepend rcond
    return_counts return_index return_inverse rowvar rtol shift side tol UPLO weights where
    """
)
TEXT_KEYWORDS = {
    "ord": frozenset({"fro", "nuc"}),
    "mode": frozenset({"full", "same", "valid", "reduced", "complete"}),
    "side": frozenset({"left", "right"}),
    "kind": frozenset({"stable", "quicksort", "mergesort", "heapsort"}),
    "UPLO": frozenset({"L", "U"}),
    "indexing": frozenset({"ij", "xy"}),
}
REDUCTIONS = _names("all any max mean min prod std sum var")
"""What may leave entries out by ``where``; elsewhere they would keep what memory held."""

STEPS = _names(
    """
    all any allclose argmax argmin argpartition argsort around array_equal astype bincount ceil
    clip count_nonzero divmod equal fix floor floor_divide fmax fmin fmod greater greater_equal
    heaviside int int64 isclose less less_equal matrix_rank max maximum median min minimum mod
    nonzero not_equal partition quantile remainder rint round searchsorted select sign sort sorted
    trunc unique where
    """
)
"""Functions and methods that jump or bend somewhere."""

MAX_LOOPS = 3
"""Loops of a comprehension."""

IMPORTS = frozenset({("numpy", "np"), ("math", None)})
MODULES = frozenset({"np", "math"})

EINSUM = re.compile(r"[A-Za-z,. ]{1,40}(->[A-Za-z. ]{0,12})?")
NAME = re.compile(r"_|[A-Za-z][A-Za-z0-9_]*")

_STATEMENTS = (
    ast.Return,
    ast.Assign,
    ast.AugAssign,
    ast.Expr,
    ast.If,
    ast.For,
    ast.With,
    ast.Break,
    ast.Continue,
    ast.Pass,
)
_EXPRESSIONS = (
    ast.Name,
    ast.Constant,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.BoolOp,
    ast.IfExp,
    ast.Call,
    ast.Attribute,
    ast.Subscript,
    ast.Slice,
    ast.Tuple,
    ast.List,
    ast.ListComp,
    ast.GeneratorExp,
    ast.Starred,
)
_OPERATORS = (
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.Pow,
    ast.MatMult,
    ast.FloorDiv,
    ast.Mod,
    ast.BitAnd,
    ast.BitOr,
    ast.BitXor,
)
_COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot)
_PARTS = (
    ast.arguments,
    ast.arg,
    ast.keyword,
    ast.comprehension,
    ast.expr_context,
    ast.boolop,
    ast.unaryop,
)
_TOO_NEW = {
    ast.Lambda: "write a plain expression instead of a lambda",
    ast.While: "loop with 'for i in range(...)'",
    ast.Import: "only 'import numpy as np' and 'import math', above the def",
    ast.ImportFrom: "only 'import numpy as np' and 'import math', above the def",
    ast.JoinedStr: "a snippet computes numbers, not text",
    ast.Dict: "use arrays",
    ast.Try: "a snippet shows the formula, not the handling of errors",
    ast.Raise: "a snippet shows the formula, not the handling of errors",
    ast.FunctionDef: "pass functions as arguments",
}


class SnippetError(Exception):
    """A snippet that is refused; ``start`` to ``end`` is the offending piece of its text."""

    def __init__(
        self, code: str, message: str, hint: str = "", start: int = 0, end: int = 0
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.start = start
        self.end = max(end, start + 1)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A snippet that says nothing outside the allow-list.

    Parameters
    ----------
    text : str
    name : str
        Name of its function.
    arguments : tuple of str
    function : ast.FunctionDef
        Its tree, to be walked; never to be compiled.
    """

    text: str
    name: str
    arguments: tuple[str, ...]
    function: ast.FunctionDef

    @property
    def thresholds(self) -> tuple[float, ...]:
        """The numbers it compares or clips with: something else may begin there."""
        found = (
            float(node.value)
            for owner in ast.walk(self.function)
            if isinstance(owner, ast.Compare)
            or (isinstance(owner, ast.Call) and dotted(owner.func)[1:] in CLIPPING)
            for part in ast.iter_child_nodes(owner)
            for node in [part.operand if isinstance(part, ast.UnaryOp) else part]
            if isinstance(node, ast.Constant)
            and isinstance(node.value, int | float)
            and not isinstance(node.value, bool)
        )
        usual = (0.0, 1.0, math.inf)
        return tuple(dict.fromkeys(x for x in found if x not in usual))[:MAX_THRESHOLDS]

    @property
    def has_steps(self) -> bool:
        """Whether it compares, rounds or sorts: it may go wrong at ties and halves alone."""
        return any(
            isinstance(node, ast.Compare | ast.FloorDiv | ast.Mod)
            or (isinstance(node, ast.Attribute) and node.attr in STEPS)
            or (isinstance(node, ast.Name) and node.id in STEPS)
            for node in ast.walk(self.function)
        )


def read_snippet(text: str) -> Snippet:
    r"""Read a snippet and refuse whatever is not plain array arithmetic.

    Parameters
    ----------
    text : str
        One ``def`` with plain arguments, optionally after ``import numpy as np``, also
        ``import math``.

    Raises
    ------
    SnippetError
        With the code ``snippet-not-allowed`` and the place of the offending piece.

    Examples
    --------
    >>> read_snippet("def relu(x):\n    return np.maximum(0, x)").arguments
    ('x',)
    """
    _check_text(text)
    tree = _parse(text)
    body = [node for node in tree.body if not _is_import(node)]
    function = body[0] if len(body) == 1 else None
    if not isinstance(function, ast.FunctionDef):
        offending = next((node for node in body if not isinstance(node, ast.FunctionDef)), None)
        raise _refused(
            text,
            offending,
            "a snippet is exactly one function",
            "write 'def name(arguments):', optionally after 'import numpy as np'",
        )
    _Inspection(text, function).run()
    arguments = tuple(argument.arg for argument in function.args.args)
    return Snippet(text, function.name, arguments, function)


def place(text: str, node: ast.AST) -> tuple[int, int]:
    r"""Return where a part of the tree stands in its text, in characters.

    Examples
    --------
    >>> snippet = read_snippet("def f(x):\n    return x")
    >>> place(snippet.text, snippet.function.body[0])
    (14, 22)
    """
    lines = text.split("\n")
    line = getattr(node, "lineno", 1)
    end_line = getattr(node, "end_lineno", line)
    before = sum(len(item) + 1 for item in lines[: line - 1])
    before_end = sum(len(item) + 1 for item in lines[: end_line - 1])
    start = before + getattr(node, "col_offset", 0)
    return start, max(start + 1, before_end + getattr(node, "end_col_offset", 0))


def dotted(node: ast.expr) -> tuple[str, ...]:
    """Return ``np.linalg.inv`` as its three names; nothing when it is not such a path."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return (node.id, *reversed(names)) if isinstance(node, ast.Name) else ()


def _check_text(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        message = f"a snippet has at most {MAX_CHARACTERS} characters"
        raise SnippetError("snippet-not-allowed", message, "show the core", MAX_CHARACTERS)
    position = 0
    for line in text.split("\n"):
        for at, sign in enumerate(line, position):
            if not " " <= sign <= "~":
                raise SnippetError(
                    "snippet-not-allowed",
                    f"the character {sign!r} cannot stand in a snippet",
                    "indent with blanks" if sign == "\t" else "snippets are plain ASCII",
                    at,
                )
        if len(line) - len(line.lstrip()) > MAX_INDENT:
            message = "the snippet is indented too deeply"
            raise SnippetError("snippet-not-allowed", message, "", position)
        position += len(line) + 1


def _parse(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return ast.parse(text, FILE_NAME)
    except SyntaxError as error:
        lines = text.split("\n")
        line = min(error.lineno or 1, len(lines))
        start = sum(len(item) + 1 for item in lines[: line - 1]) + max(0, (error.offset or 1) - 1)
        message = f"this is not Python: {error.msg}"
        raise SnippetError("snippet-not-allowed", message, "", min(start, len(text))) from None
    except (ValueError, RecursionError, MemoryError, Warning):
        raise SnippetError("snippet-not-allowed", "this is not Python that can be read") from None


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import) and all((a.name, a.asname) in IMPORTS for a in node.names)


def _refused(text: str, node: ast.AST | None, message: str, hint: str = "") -> SnippetError:
    start, end = place(text, node) if node is not None else (0, 1)
    return SnippetError("snippet-not-allowed", message, hint, start, end)


class _Inspection:
    """One walk over the tree that refuses everything without a rule."""

    def __init__(self, text: str, function: ast.FunctionDef) -> None:
        self._text = text
        self._function = function
        self._arguments = {argument.arg for argument in function.args.args}
        self._allowed: set[int] = set()
        """Parts that are fine where they stand: what is called, looped over, a text."""

    def run(self) -> None:
        self._check_signature()
        self._check_size()
        for statement in self._function.body:
            self._statement(statement)

    def _refuse(self, node: ast.AST, message: str, hint: str = "") -> SnippetError:
        return _refused(self._text, node, message, hint)

    def _check_signature(self) -> None:
        function = self._function
        listed = function.args
        if function.decorator_list or function.returns or getattr(function, "type_params", None):
            raise self._refuse(function, "decorators and annotations are not allowed")
        if listed.vararg or listed.kwarg or listed.kwonlyargs or listed.posonlyargs:
            raise self._refuse(function, "only plain arguments are allowed")
        if listed.defaults:
            raise self._refuse(
                listed.defaults[0], "arguments have no default", "every argument is given"
            )
        if len(listed.args) > MAX_ARGUMENTS:
            raise self._refuse(function, f"at most {MAX_ARGUMENTS} arguments are allowed")
        for argument in listed.args:
            if argument.annotation:
                raise self._refuse(argument, "annotations are not allowed")
            self._check_new_name(argument, argument.arg)
        self._check_new_name(function, function.name)

    def _check_size(self) -> None:
        level: list[ast.AST] = [self._function]
        parts = depth = 0
        while level:
            parts += len(level)
            depth += 1
            if parts > MAX_PARTS or depth > MAX_DEPTH:
                raise self._refuse(level[0], "the snippet has too many parts", "show the core")
            level = [child for node in level for child in ast.iter_child_nodes(node)]

    def _check_new_name(self, node: ast.AST, name: str) -> None:
        if not NAME.fullmatch(name) or name.startswith("__") or name.endswith("__"):
            raise self._refuse(node, f"the name {name} is not allowed")
        if name in BUILTINS | LOOPS | MODULES:
            raise self._refuse(node, f"{name} cannot get another meaning", "pick another name")

    def _statement(self, node: ast.stmt) -> None:
        if not isinstance(node, _STATEMENTS):
            raise self._unknown(node)
        if isinstance(node, ast.Expr):
            if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                return
            if self._is_append(node.value):
                return
        if isinstance(node, ast.Return) and node.value is None:
            raise self._refuse(node, "the function must return something")
        if isinstance(node, ast.With):
            self._check_silence(node)
        if isinstance(node, ast.For):
            if node.orelse:
                raise self._refuse(node.orelse[0], "a loop has no else")
            self._allow_iterable(node.iter)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self._statement(child)
            elif not isinstance(child, ast.withitem):
                self._part(child)

    def _check_silence(self, node: ast.With) -> None:
        """Allow ``with np.errstate(over="ignore"):``, which changes no value."""
        for item in node.items:
            call = item.context_expr
            if (
                item.optional_vars
                or not isinstance(call, ast.Call)
                or dotted(call.func) != ("np", "errstate")
                or call.args
            ):
                message = "with stands before np.errstate only"
                raise self._refuse(call, message, 'with np.errstate(over="ignore"):')
            for keyword in call.keywords:
                value = keyword.value
                if keyword.arg not in SILENCED or not (
                    isinstance(value, ast.Constant) and value.value in ("ignore", "warn")
                ):
                    message = 'errstate takes "ignore" or "warn" for over, invalid and the like'
                    raise self._refuse(keyword, message)

    def _is_append(self, node: ast.expr) -> bool:
        """Allow ``losses.append(loss)`` as a statement."""
        if not (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "append"
            and isinstance(node.func.value, ast.Name)
            and len(node.args) == 1
            and not node.keywords
        ):
            return False
        self._part(node.func.value)
        self._part(node.args[0])
        return True

    def _allow_iterable(self, node: ast.expr) -> None:
        """Let ``range``, ``enumerate`` and the like stand only where they are looped over."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id not in LOOPS:
                return
            self._allowed.add(id(node.func))
            inner = {"zip": node.args, "enumerate": node.args[:1], "reversed": node.args[:1]}
            for argument in inner.get(node.func.id, ()):
                if isinstance(argument, ast.Starred) and node.func.id == "zip":
                    self._allowed.add(id(argument))
                self._allow_iterable(argument)

    def _part(self, node: ast.AST) -> None:
        if isinstance(node, ast.Name):
            self._name(node)
        elif isinstance(node, ast.Constant):
            self._constant(node)
        elif isinstance(node, ast.Attribute):
            self._attribute(node)
            return
        elif isinstance(node, ast.Call):
            self._call(node)
        elif isinstance(node, ast.comprehension):
            self._comprehension(node)
        elif isinstance(node, ast.ListComp | ast.GeneratorExp):
            self._check_comprehension(node)
        elif isinstance(node, ast.Starred):
            if not isinstance(node.ctx, ast.Store) and id(node) not in self._allowed:
                raise self._refuse(node, "* is not allowed in front of an argument")
        elif not isinstance(node, _EXPRESSIONS + _PARTS + _OPERATORS + _COMPARISONS):
            raise self._unknown(node)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.operator | ast.cmpop):
                if not isinstance(child, _OPERATORS + _COMPARISONS):
                    raise self._refuse(node, f"the operator {type(child).__name__} is not allowed")
            else:
                self._part(child)

    def _unknown(self, node: ast.AST) -> SnippetError:
        hint = _TOO_NEW.get(type(node), "")
        return self._refuse(node, f"{type(node).__name__} is not allowed in a snippet", hint)

    def _name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self._check_new_name(node, node.id)
        elif id(node) not in self._allowed and (
            not NAME.fullmatch(node.id) or node.id in BUILTINS | LOOPS | MODULES
        ):
            hint = (
                "range, enumerate, reversed and zip stand in 'for' only" if node.id in LOOPS else ""
            )
            raise self._refuse(node, f"{node.id} cannot stand here", hint)

    def _constant(self, node: ast.Constant) -> None:
        value = node.value
        if id(node) in self._allowed or value is None or value is Ellipsis:
            return
        if type(value) in (bool, float) or (type(value) is int and value <= MAX_INTEGER):
            return
        if type(value) is int:
            raise self._refuse(node, f"whole numbers go up to {MAX_INTEGER}")
        raise self._refuse(node, f"{type(value).__name__} cannot stand here")

    def _attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.ctx, ast.Store):
            raise self._refuse(node, "an attribute cannot be assigned to")
        path = dotted(node)
        if path and path[0] in MODULES:
            called = id(node) in self._allowed
            if not (_is_function(path) if called else _is_value(path)):
                raise self._refuse(
                    node,
                    f"{'.'.join(path)} is not allowed in a snippet",
                    "" if called or not _is_function(path) else "call it",
                )
            return
        if node.attr not in (METHODS if id(node) in self._allowed else ATTRIBUTES):
            raise self._refuse(node, f".{node.attr} is not allowed in a snippet")
        self._part(node.value)

    def _call(self, node: ast.Call) -> None:
        function = node.func
        if isinstance(function, ast.Attribute):
            self._allowed.add(id(function))
            if dotted(function) in MATH_FOLDS:
                self._allow_generator(node)
        elif not isinstance(function, ast.Name):
            raise self._refuse(node, "only functions of NumPy, methods and arguments are called")
        elif function.id in LOOPS:
            if id(function) not in self._allowed:
                raise self._refuse(function, f"{function.id} stands in 'for' only")
            self._check_loop(node, function.id)
            return
        elif function.id in BUILTINS:
            self._check_builtin(node, function)
            return
        elif function.id not in self._arguments:
            raise self._refuse(
                function,
                f"{function.id}() is not known in a snippet",
                "call np.… or a function that is an argument",
            )
        self._call_texts(node)

    def _check_loop(self, node: ast.Call, name: str) -> None:
        is_start = name == "enumerate" and [word.arg for word in node.keywords] == ["start"]
        if node.keywords and not is_start:
            raise self._refuse(node, f"{name} takes no keywords here")
        given = len(node.args) + len(node.keywords)
        if not node.args or given > {"enumerate": 2, "reversed": 1}.get(name, given):
            raise self._refuse(node, f"{name} takes something to run over")

    def _check_builtin(self, node: ast.Call, function: ast.Name) -> None:
        self._allowed.add(id(function))
        is_sorted = function.id == "sorted"
        for keyword in node.keywords:
            value = keyword.value
            turned = isinstance(value, ast.Constant) and isinstance(value.value, bool)
            if not (is_sorted and keyword.arg == "reverse" and turned):
                raise self._refuse(node, f"{function.id} takes no keywords here")
        if function.id in FOLDS:
            self._allow_generator(node)
        if function.id in RANGED and len(node.args) == 1 and _is_range(node.args[0]):
            self._allow_iterable(node.args[0])

    def _allow_generator(self, node: ast.Call) -> None:
        if len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
            self._allowed.add(id(node.args[0]))

    def _call_texts(self, node: ast.Call) -> None:
        path = dotted(node.func)
        if path == ("np", "einsum") and node.args:
            pattern = node.args[0]
            if not (
                isinstance(pattern, ast.Constant)
                and isinstance(pattern.value, str)
                and EINSUM.fullmatch(pattern.value)
            ):
                raise self._refuse(pattern, "einsum starts with its pattern", "'ij,jk->ik'")
            self._allowed.add(id(pattern))
        if path == ("np", "linalg", "norm") and len(node.args) > 1:
            self._allow_text(node.args[1], "ord")
        if isinstance(node.func, ast.Attribute) and node.func.attr in TYPED:
            for argument in node.args[TYPED[node.func.attr] :]:
                self._allow_dtype(argument)
        for keyword in node.keywords:
            if keyword.arg is None or keyword.arg not in KEYWORDS:
                raise self._refuse(keyword, f"the keyword {keyword.arg} is not allowed")
            if keyword.arg == "where" and not _is_reduction(node.func):
                message = "the keyword where stands in a sum, a mean and the like only"
                raise self._refuse(keyword, message, "np.where chooses entry by entry")
            self._allow_text(keyword.value, keyword.arg)
            if keyword.arg == "dtype":
                self._allow_dtype(keyword.value)
                if id(keyword.value) not in self._allowed:
                    raise self._refuse(keyword.value, "dtype is float, int or bool")

    def _allow_text(self, node: ast.expr, keyword: str) -> None:
        texts = TEXT_KEYWORDS.get(keyword, frozenset())
        if isinstance(node, ast.Constant) and node.value in texts:
            self._allowed.add(id(node))

    def _allow_dtype(self, node: ast.expr) -> None:
        if dotted(node) in DTYPES:
            self._allowed.add(id(node))

    def _check_comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> None:
        if len(node.generators) > MAX_LOOPS:
            raise self._refuse(node, f"a comprehension has at most {MAX_LOOPS} loops")
        if isinstance(node, ast.GeneratorExp) and id(node) not in self._allowed:
            message = "a generator stands in sum, min, max and the like only"
            raise self._refuse(node, message, "use [ ]")

    def _comprehension(self, node: ast.comprehension) -> None:
        if node.is_async:
            raise self._refuse(node.iter, "async is not allowed in a snippet")
        self._allow_iterable(node.iter)


def _is_value(path: tuple[str, ...]) -> bool:
    values = VALUES if path[0] == "np" else MATH_VALUES
    return len(path) == 2 and path[1] in values


def _is_function(path: tuple[str, ...]) -> bool:
    if path[0] == "math":
        return len(path) == 2 and path[1] in MATH
    if len(path) == 2:
        return path[1] in NUMPY
    if len(path) == 3:
        folds = path[1] in FOLDED and path[2] in FOLDING
        return folds or (path[1] == "linalg" and path[2] in LINALG)
    return path == WINDOWS


def _is_range(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and dotted(node.func) == ("range",)


def _is_reduction(function: ast.expr) -> bool:
    path = dotted(function)
    if path[:1] == ("np",) and len(path) == 3:
        return path[2] == "reduce"
    if not isinstance(function, ast.Attribute) or function.attr not in REDUCTIONS:
        return False
    return path[:1] != ("np",) or len(path) == 2


def called_names(snippet: Snippet) -> Iterator[tuple[str, ast.Name]]:
    """Yield every argument that the snippet calls as a function."""
    for node in ast.walk(snippet.function):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in snippet.arguments
        ):
            yield node.func.id, node.func
