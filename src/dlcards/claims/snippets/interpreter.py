"""A small interpreter for snippets: it walks the tree, nothing is compiled or executed.

Work is counted, not timed, so that a snippet is refused or accepted alike on every
machine.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcards.claims.snippets.grammar import Snippet, SnippetError, dotted, place

FUEL = 200_000
MAX_SIZE = 100_000
MAX_PRODUCT = 2_000_000
MAX_BITS = 2**15
"""Of a whole number of Python, which has no size of its own: 3000! is one."""

MAX_DECIMALS = 400
"""Of ``round``, which takes a power of ten."""


_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.MatMult: operator.matmul,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
_IN_PLACE: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.iadd,
    ast.Sub: operator.isub,
    ast.Mult: operator.imul,
    ast.Div: operator.itruediv,
    ast.FloorDiv: operator.ifloordiv,
    ast.Mod: operator.imod,
    ast.Pow: operator.ipow,
    ast.MatMult: operator.imatmul,
    ast.BitAnd: operator.iand,
    ast.BitOr: operator.ior,
    ast.BitXor: operator.ixor,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Invert: operator.invert,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_BUILTINS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "all": all,
    "any": any,
    "bool": bool,
    "divmod": divmod,
    "float": float,
    "int": int,
    "len": len,
    "list": list,
    "max": max,
    "min": min,
    "round": round,
    "sorted": sorted,
    "sum": sum,
    "tuple": tuple,
}
_MODULES = {"np": np, "math": math}
_DTYPES: dict[str, type] = {"float": float, "int": int, "bool": bool}
_CUBIC = frozenset(
    {"svd", "svdvals", "eig", "eigh", "eigvals", "eigvalsh", "inv", "pinv", "solve", "qr"}
    | {"cholesky", "cond", "det", "lstsq", "matrix_power", "matrix_rank", "slogdet"}
)
_SHAPED = frozenset({"zeros", "ones", "full", "eye", "identity", "tri"})
_REPEATING = frozenset({"broadcast_to", "repeat", "tile"})
_NUMBERS = (bool, int, float, complex, np.generic, np.ndarray)


@dataclass(frozen=True, slots=True)
class ArgumentFunction:
    """A function handed to a snippet as an argument; the only thing it may call itself."""

    call: Callable[..., Any]


class _Return(Exception):
    """Carries the returned value up to the call."""


class _Break(Exception):
    """Leaves a loop."""


class _Continue(Exception):
    """Goes on with the next round of a loop."""


def interpret(snippet: Snippet, arguments: Sequence[Any], *, fuel: int = FUEL) -> Any:
    r"""Return what the snippet would return for these arguments.

    Parameters
    ----------
    snippet : Snippet
    arguments : sequence
        Numbers, arrays and :class:`ArgumentFunction`, in the order of the signature.
    fuel : int
        Steps after which the snippet is refused.

    Raises
    ------
    SnippetError
        ``snippet-not-allowed`` when it does too much or something forbidden,
        ``wrong-snippet`` when it fails as it would in Python.

    Examples
    --------
    >>> from dlcards.claims.snippets.grammar import read_snippet
    >>> interpret(read_snippet("def f(x):\n    return x * x"), [3.0])
    9.0
    """
    if len(arguments) != len(snippet.arguments):
        raise SnippetError("wrong-snippet", "the number of arguments is wrong")
    names = dict(zip(snippet.arguments, arguments, strict=True))
    with np.errstate(all="ignore"):
        return _Interpreter(snippet, names, fuel).run()


_PRODUCT = re.compile(r"mismatch in its core dimension.*\(size (\d+) is different from (\d+)\)")
_BROADCAST = re.compile(r"broadcast.*? shapes? (\([\d, ]*\)).*?(\([\d, ]*\))")


def _plainly(error: Exception) -> str:
    """Say what NumPy refused in words that stand on a card; its own are for its authors."""
    text = str(error).partition("\n")[0]
    if sizes := _PRODUCT.search(text):
        return f"a product of arrays whose inner sizes are {sizes[2]} and {sizes[1]}"
    if shapes := _BROADCAST.search(text):
        return f"arrays of the shapes {shapes[1]} and {shapes[2]} do not fit"
    return text[:120] or type(error).__name__


class _Interpreter:
    def __init__(self, snippet: Snippet, names: dict[str, Any], fuel: int) -> None:
        self._snippet = snippet
        self._names = names
        self._fuel = fuel
        self._here: ast.AST = snippet.function

    def run(self) -> Any:
        try:
            self._block(self._snippet.function.body)
        except _Return as returned:
            return returned.args[0]
        except SnippetError:
            raise
        except RecursionError:
            raise self._refused("the snippet is nested too deeply") from None
        except MemoryError:
            raise self._refused("the snippet needs too much memory") from None
        except Exception as error:  # noqa: BLE001 - NumPy raises what it likes; all is the snippet's
            raise self._wrong(f"the snippet fails: {_plainly(error)}") from None
        raise SnippetError("wrong-snippet", "the function returns nothing", "end with return")

    def _refused(self, message: str) -> SnippetError:
        start, end = place(self._snippet.text, self._here)
        return SnippetError("snippet-not-allowed", message, "show the core", start, end)

    def _wrong(self, message: str, hint: str = "") -> SnippetError:
        start, end = place(self._snippet.text, self._here)
        return SnippetError("wrong-snippet", message, hint, start, end)

    def _spend(self, amount: int = 1) -> None:
        self._fuel -= amount
        if self._fuel < 0:
            raise self._refused("the snippet does too much work")

    # statements

    def _block(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        self._spend()
        self._here = node
        match node:
            case ast.Return(value=value) if value is not None:
                raise _Return(self._value(value))
            case ast.Expr(value=value):
                self._expression_statement(value)
            case ast.Assign(targets=targets, value=value):
                result = self._value(value)
                for target in targets:
                    self._assign(target, result)
            case ast.AugAssign():
                self._augment(node)
            case ast.If(test=test, body=body, orelse=orelse):
                self._block(body if self._value(test) else orelse)
            case ast.For(target=target, iter=source, body=body):
                self._loop(target, source, body)
            case ast.With(body=body):
                self._block(body)  # np.errstate changes no value, and nothing warns here
            case ast.Break():
                raise _Break
            case ast.Continue():
                raise _Continue
            case ast.Pass():
                pass
            case _:
                raise self._refused(f"{type(node).__name__} is not allowed in a snippet")

    def _expression_statement(self, node: ast.expr) -> None:
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "append"
        ):
            items = self._value(node.func.value)
            if not isinstance(items, list):
                raise self._wrong("only lists have append")
            items += self._sized([self._value(node.args[0])])
        elif not isinstance(node, ast.Constant):
            self._value(node)

    def _loop(self, target: ast.expr, source: ast.expr, body: list[ast.stmt]) -> None:
        for item in self._items(source):
            self._spend()
            self._assign(target, item)
            try:
                self._block(body)
            except _Break:
                break
            except _Continue:
                continue

    def _assign(self, target: ast.expr, value: Any) -> None:
        match target:
            case ast.Name(id=name):
                self._names[name] = value
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                self._unpack(parts, value)
            case ast.Subscript(value=base, slice=index):
                self._store(self._value(base), self._value(index), value)
            case _:
                raise self._refused("this cannot be assigned to")

    def _store(self, base: Any, index: Any, value: Any) -> None:
        if not isinstance(base, np.ndarray | list):
            raise self._wrong("only arrays and lists have places to assign to")
        self._measure(value)
        self._spend(1 + np.size(base) // 64 if isinstance(base, np.ndarray) else 1)
        base[index] = value

    def _unpack(self, parts: list[ast.expr], value: Any) -> None:
        if not isinstance(value, tuple | list | np.ndarray):
            raise self._wrong("this value cannot be unpacked")
        items = list(value)
        starred = [i for i, part in enumerate(parts) if isinstance(part, ast.Starred)]
        if len(items) != len(parts) if not starred else len(items) < len(parts) - 1:
            raise self._wrong(f"{len(items)} values for {len(parts)} names")
        if starred:
            at, rest = starred[0], len(items) - len(parts) + 1
            items = [*items[:at], items[at : at + rest], *items[at + rest :]]
        for part, item in zip(parts, items, strict=True):
            self._assign(part.value if isinstance(part, ast.Starred) else part, item)

    def _augment(self, node: ast.AugAssign) -> None:
        operation = type(node.op)
        if isinstance(node.target, ast.Name):
            old = self._name(node.target)
            self._names[node.target.id] = self._operate(operation, old, node.value, in_place=True)
        elif isinstance(node.target, ast.Subscript):
            base, index = self._value(node.target.value), self._value(node.target.slice)
            old = self._subscript(base, index)
            self._store(base, index, self._operate(operation, old, node.value, in_place=True))
        else:
            raise self._refused("this cannot be assigned to")

    # expressions

    def _value(self, node: ast.expr) -> Any:
        self._spend()
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name():
                return self._name(node)
            case ast.BinOp(left=left, op=operation, right=right):
                return self._operate(type(operation), self._value(left), right)
            case ast.UnaryOp(op=sign, operand=operand):
                return self._unary(type(sign), self._value(operand))
            case ast.Compare():
                return self._compare(node)
            case ast.BoolOp(op=joint, values=values):
                return self._either(values, stop=isinstance(joint, ast.Or))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._value(body if self._value(test) else orelse)
            case ast.Tuple(elts=parts):
                return self._sized(tuple(self._value(part) for part in parts))
            case ast.List(elts=parts):
                return self._sized([self._value(part) for part in parts])
            case ast.ListComp() | ast.GeneratorExp():
                return self._comprehension(node)
            case ast.Slice(lower=lower, upper=upper, step=step):
                bounds = (lower, upper, step)
                return slice(*(None if part is None else self._value(part) for part in bounds))
            case ast.Subscript(value=base, slice=index):
                return self._subscript(self._value(base), self._value(index))
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call():
                return self._call(node)
        raise self._refused(f"{type(node).__name__} is not allowed in a snippet")

    def _name(self, node: ast.Name) -> Any:
        if node.id in self._names:
            return self._names[node.id]
        self._here = node
        raise self._wrong(
            f"the name {node.id} is not known", "every name is an argument or assigned"
        )

    def _operate(
        self, operation: type[ast.operator], left: Any, node: ast.expr, *, in_place: bool = False
    ) -> Any:
        right = self._value(node)
        for side in (left, right):
            if not isinstance(side, _NUMBERS):
                raise self._wrong("only numbers and arrays can be computed with")
        self._check_size(operation, left, right)
        if isinstance(left, int) and isinstance(right, int):
            self._spend((left.bit_length() + right.bit_length()) // 64)
            if operation is ast.Pow:
                return self._power(left, right)
        table = _IN_PLACE if in_place else _BINARY
        return self._kept(table[operation](left, right))

    def _power(self, base: int, exponent: int) -> Any:
        if exponent < 0:
            return float(base) ** exponent
        if base.bit_length() > 1 and exponent * (base.bit_length() - 1) > MAX_BITS:
            raise self._refused("a whole number becomes too large")
        return self._kept(base**exponent)

    def _check_size(self, operation: type[ast.operator], left: Any, right: Any) -> None:
        if not (isinstance(left, np.ndarray) and isinstance(right, np.ndarray)):
            self._spend(max(np.size(left), np.size(right)) // 64)
            return
        if operation is ast.MatMult:
            work = left.size * (right.size // max(1, right.shape[0] if right.ndim else 1))
        else:
            work = math.prod(np.broadcast_shapes(left.shape, right.shape))
        if work > MAX_PRODUCT:
            raise self._refused("an array becomes too large")
        self._spend(work // 64)

    def _kept(self, value: Any) -> Any:
        """Return a value that is small enough to go on with."""
        if isinstance(value, np.ndarray | np.generic):
            if value.size > MAX_SIZE:
                raise self._refused("an array becomes too large")
            if value.dtype.kind not in "biufc":
                raise self._wrong("only numbers can be computed with")
        if type(value) is int and value.bit_length() > MAX_BITS:
            raise self._refused("a whole number becomes too large")
        return value

    def _sized(self, value: Any) -> Any:
        """Return a list or tuple that holds few numbers, counting those inside its parts.

        A part may stand there twice: ``x = [x, x]`` doubles what a reader of it meets.
        """
        if any(isinstance(part, list | tuple | np.ndarray) for part in value):
            self._spend(self._measure(value) // 64)
        return value

    def _unary(self, sign: type[ast.unaryop], value: Any) -> Any:
        if not isinstance(value, _NUMBERS) and sign is not ast.Not:
            raise self._wrong("only numbers and arrays can be computed with")
        self._spend(np.size(value) // 64 if isinstance(value, np.ndarray) else 0)
        return _UNARY[sign](value)

    def _compare(self, node: ast.Compare) -> Any:
        left = self._value(node.left)
        result: Any = True
        for sign, part in zip(node.ops, node.comparators, strict=True):
            right = self._value(part)
            for side in (left, right):
                if isinstance(side, list) or (
                    isinstance(side, tuple) and not all(isinstance(x, int) for x in side)
                ):
                    raise self._wrong("only numbers, arrays and shapes can be compared")
            if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
                self._check_size(ast.Add, left, right)
            result = _COMPARE[type(sign)](left, right)
            if len(node.ops) > 1 and not result:
                return result
            left = right
        return result

    def _either(self, values: list[ast.expr], *, stop: bool) -> Any:
        value: Any = not stop
        for part in values:
            value = self._value(part)
            if bool(value) is stop:
                break
        return value

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> list[Any]:
        before = dict(self._names)
        found: list[Any] = []
        self._collect(node.generators, node.elt, found)
        targets = [name for loop in node.generators for name in ast.walk(loop.target)]
        for name in {name.id for name in targets if isinstance(name, ast.Name)}:
            if name in before:
                self._names[name] = before[name]
            else:
                self._names.pop(name, None)
        self._sized(found)
        return found

    def _collect(
        self, loops: Sequence[ast.comprehension], result: ast.expr, found: list[Any]
    ) -> None:
        if not loops:
            found.append(self._value(result))
            return
        for item in self._items(loops[0].iter):
            self._spend()
            self._assign(loops[0].target, item)
            if all(self._value(test) for test in loops[0].ifs):
                self._collect(loops[1:], result, found)

    def _items(self, node: ast.expr) -> Iterator[Any]:
        """Return what a loop runs over; ``range`` and the like exist here only."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            match node.func.id:
                case "range":
                    return iter(self._range(node))
                case "enumerate":
                    items = self._items(node.args[0])
                    start = [*node.args[1:], *(word.value for word in node.keywords)]
                    first = operator.index(self._value(start[0])) if start else 0
                    return iter(enumerate(items, first))
                case "zip":
                    return iter(zip(*self._side_by_side(node.args), strict=False))
                case "reversed":
                    return self._backwards(node.args[0])
        value = self._value(node)
        if not isinstance(value, list | tuple | np.ndarray):
            raise self._wrong("loops run over range, enumerate, reversed, zip, lists and arrays")
        return iter(value)

    def _side_by_side(self, parts: Sequence[ast.expr]) -> Iterator[Iterator[Any]]:
        for part in parts:
            if not isinstance(part, ast.Starred):
                yield self._items(part)
                continue
            for row in self._items(part.value):
                self._spend()
                if not isinstance(row, list | tuple | np.ndarray):
                    raise self._wrong("zip runs over lists and arrays")
                yield iter(row)

    def _range(self, node: ast.Call) -> range:
        return range(*[operator.index(self._value(part)) for part in node.args])

    def _backwards(self, node: ast.expr) -> Iterator[Any]:
        if isinstance(node, ast.Call) and dotted(node.func) == ("range",):
            return reversed(self._range(node))
        value = self._value(node)
        if not isinstance(value, list | tuple | np.ndarray):
            raise self._wrong("reversed takes a range, a list or an array")
        return iter(value[::-1])

    def _subscript(self, base: Any, index: Any) -> Any:
        if not isinstance(base, list | tuple | np.ndarray):
            raise self._wrong("only arrays, lists and tuples have parts")
        if isinstance(base, np.ndarray):
            self._measure(index)
            shapes = [np.shape(i) for i in (index if isinstance(index, tuple) else (index,))]
            if math.prod(math.prod(s) for s in shapes) * base.size > MAX_PRODUCT:
                raise self._refused("an array becomes too large")
        return self._kept(base[index])

    def _attribute(self, node: ast.Attribute) -> Any:
        path = dotted(node)
        if path and path[0] in _MODULES:
            return getattr(_MODULES[path[0]], path[1])
        value = self._value(node.value)
        if not isinstance(value, np.ndarray | np.generic):
            raise self._wrong(f"only arrays have .{node.attr}")
        return getattr(value, node.attr)

    # calls

    def _call(self, node: ast.Call) -> Any:
        if isinstance(node.func, ast.Name) and node.func.id in _BUILTINS:
            return self._call_builtin(node, node.func.id)
        arguments = [self._argument(part) for part in node.args]
        keywords = {str(part.arg): self._argument(part.value) for part in node.keywords}
        self._here = node
        if isinstance(node.func, ast.Name):
            return self._call_name(node.func.id, arguments)
        assert isinstance(node.func, ast.Attribute)
        path = dotted(node.func)
        if path and path[0] == "np":
            return self._call_numpy(path, arguments, keywords)
        if path and path[0] == "math":
            return self._call_math(path[1], arguments, keywords)
        owner = self._value(node.func.value)
        if not isinstance(owner, np.ndarray | np.generic):
            raise self._wrong(f"only arrays have .{node.func.attr}()")
        self._check_creation(node.func.attr, [owner, *arguments], keywords)
        self._check_work(node.func.attr, [owner, *arguments], keywords)
        return self._kept(getattr(owner, node.func.attr)(*arguments, **keywords))

    def _argument(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Name) and node.id in _DTYPES and node.id not in self._names:
            return _DTYPES[node.id]
        return self._value(node)

    def _call_builtin(self, node: ast.Call, name: str) -> Any:
        arguments = [self._run_over(part) for part in node.args]
        self._here = node
        self._spend(sum(self._measure(argument) for argument in arguments))
        if name == "sorted":
            return self._sorted(node, arguments)
        if name == "divmod" and len(arguments) == 2:
            self._check_size(ast.Add, *arguments)
        if name == "round" and len(arguments) == 2 and abs(arguments[1]) > MAX_DECIMALS:
            raise self._refused(f"round takes at most {MAX_DECIMALS} digits")
        return self._kept(_BUILTINS[name](*arguments))

    def _run_over(self, node: ast.expr) -> Any:
        """Return an argument; a range only where the grammar lets one stand."""
        if isinstance(node, ast.Call) and dotted(node.func) == ("range",):
            numbers = self._range(node)
            self._spend(len(numbers))
            return list(numbers)
        return self._value(node)

    def _sorted(self, node: ast.Call, arguments: list[Any]) -> list[Any]:
        if len(arguments) != 1 or not isinstance(arguments[0], list | tuple | np.ndarray):
            raise self._wrong("sorted takes one list or array")
        items = list(arguments[0])
        if not all(isinstance(item, _NUMBERS) and np.ndim(item) == 0 for item in items):
            raise self._wrong("sorted takes numbers")
        self._spend(len(items) * len(items).bit_length() // 8)
        return sorted(items, reverse=any(self._value(word.value) for word in node.keywords))

    def _call_name(self, name: str, arguments: list[Any]) -> Any:
        function = self._names.get(name)
        if not isinstance(function, ArgumentFunction):
            raise self._wrong(f"{name} is not a function")
        self._spend(20)
        for argument in arguments:
            self._measure(argument)
        return self._kept(function.call(*arguments))

    def _call_numpy(
        self, path: tuple[str, ...], arguments: list[Any], keywords: dict[str, Any]
    ) -> Any:
        name = path[-1]
        self._check_creation(name, arguments, keywords)
        self._check_work(name, arguments, keywords)
        function: Any = np
        for part in path[1:]:
            function = getattr(function, part)
        return self._kept(function(*arguments, **keywords))

    def _call_math(self, name: str, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        self._spend(sum(self._measure(argument) for argument in arguments))
        if self._bits(name, arguments) > MAX_BITS:
            raise self._refused("a whole number becomes too large")
        return self._kept(getattr(math, name)(*arguments, **keywords))

    def _bits(self, name: str, arguments: list[Any]) -> float:
        """Return about how long a whole number of ``math`` becomes, before it is made."""
        if name == "prod" and isinstance(arguments[0], list | tuple):
            return sum(item.bit_length() for item in arguments[0] if isinstance(item, int))
        if name not in ("comb", "factorial", "perm"):
            return 0.0
        numbers = [abs(operator.index(argument)) for argument in arguments]
        factors = numbers[-1] if name != "comb" else min(numbers[-1], abs(numbers[0] - numbers[-1]))
        return float(factors * numbers[0].bit_length())

    def _check_creation(self, name: str, arguments: list[Any], keywords: Mapping[str, Any]) -> None:
        """Refuse arrays whose size comes from numbers before they are made."""
        size = 1.0
        if name in _SHAPED and arguments:
            shape = arguments[0] if isinstance(arguments[0], tuple | list) else (arguments[0],)
            size = math.prod(max(1.0, abs(float(part))) for part in shape)
            if name in ("eye", "identity"):
                other = arguments[1] if len(arguments) > 1 else arguments[0]
                size *= max(1.0, abs(float(other or 1)))
        elif name == "arange" and arguments:
            numbers = [float(part) for part in arguments[:3]]
            low, high = (0.0, numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1])
            size = abs(high - low) / abs(numbers[2] if len(numbers) > 2 else 1.0)
        elif name == "linspace":
            size = abs(float(arguments[2] if len(arguments) > 2 else keywords.get("num", 50)))
        elif name == "vander" and arguments:
            columns = arguments[1] if len(arguments) > 1 else np.size(arguments[0])
            size = np.size(arguments[0]) * max(1.0, float(columns or 1))
        elif name in _REPEATING and len(arguments) > 1:
            size = np.size(arguments[0]) * self._repeats(name, arguments[1])
        elif name in ("tril_indices", "triu_indices") and arguments:
            columns = arguments[2] if len(arguments) > 2 else arguments[0]
            size = abs(float(arguments[0])) * abs(float(columns))
        elif name == "meshgrid":
            size = math.prod(map(np.size, arguments)) * len(arguments)
        elif name in ("bincount", "diag"):
            size = self._indexed_size(name, arguments)
        if not size <= MAX_SIZE:
            raise self._refused("an array becomes too large")

    def _repeats(self, name: str, times: Any) -> float:
        """Return how many times as large a result can be."""
        counts = np.abs(np.asarray(times, float))
        return float(np.max(counts, initial=0.0) if name == "repeat" else np.prod(counts))

    def _indexed_size(self, name: str, arguments: list[Any]) -> float:
        if name == "bincount" and arguments and np.size(arguments[0]):
            return float(np.max(arguments[0])) + 1
        if name == "diag" and len(arguments) > 1:
            return (np.size(arguments[0]) + abs(float(arguments[1]))) ** 2
        return float(np.size(arguments[0])) ** 2 if arguments and np.ndim(arguments[0]) == 1 else 1

    def _check_work(self, name: str, arguments: list[Any], keywords: Mapping[str, Any]) -> None:
        """Refuse a call whose result or work could be large; no result exceeds the product."""
        sizes = [self._measure(argument) for argument in arguments]
        sizes += [self._measure(argument) for argument in keywords.values()]
        if math.prod(max(1, size) for size in sizes) > MAX_PRODUCT:
            raise self._refused("an array becomes too large")
        if keywords.get("k") is not None and name in ("eye", "diag") and abs(keywords["k"]) > 100:
            raise self._refused("an array becomes too large")
        largest = max(sizes, default=1)
        cubic = name in _CUBIC
        work = math.prod(max(1, size) for size in sizes) if len(sizes) > 1 else largest
        self._spend(1 + work // 64 + (largest * math.isqrt(largest) // 64 if cubic else 0))

    def _measure(self, value: Any) -> int:
        """Return how many numbers a value holds; refuse what is no number at all."""
        count = 0
        stack = [value]
        while stack:
            item = stack.pop()
            if isinstance(item, np.ndarray):
                count += item.size
            elif isinstance(item, list | tuple):
                stack.extend(item)
                count += 1
            elif isinstance(item, ArgumentFunction):
                raise self._wrong("a function can only be called")
            else:
                count += 1
            if count > MAX_SIZE or len(stack) > MAX_SIZE:
                raise self._refused("an array becomes too large")
        return count
