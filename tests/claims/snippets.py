"""Snippets used by several tests: honest ones, and ones that try to get out."""

from __future__ import annotations

HONEST = {
    "softmax": (
        "def softmax(z):\n    e = np.exp(z - z.max())\n    return e / e.sum()",
        ["vector"],
    ),
    "sigmoid": ("def sigmoid(x):\n    return 1 / (1 + np.exp(-x))", ["number"]),
    "logsumexp": (
        "def logsumexp(z):\n    m = np.max(z)\n    return m + np.log(np.sum(np.exp(z - m)))",
        ["vector"],
    ),
    "solve": (
        (
            "import numpy as np\ndef ridge(X, y, lam):\n    n = X.shape[1]\n"
            "    return np.linalg.solve(X.T @ X + lam * np.eye(n), X.T @ y)"
        ),
        ["matrix", "vector", "number"],
    ),
    "attention": (
        (
            "def attention(Q, K, V):\n    S = Q @ K.T / np.sqrt(K.shape[1])\n"
            "    A = np.exp(S - S.max(1, keepdims=True))\n    A /= A.sum(1, keepdims=True)\n"
            "    return A @ V"
        ),
        ["matrix", "matrix", "matrix"],
    ),
    "jacobian": (
        (
            "def jacobian(z):\n    e = np.exp(z - z.max())\n    p = e / e.sum()\n"
            "    return np.diag(p) - np.outer(p, p)"
        ),
        ["vector"],
    ),
    "convolution": (
        (
            "def conv(x, w):\n    n, m = len(x), len(w)\n    out = np.zeros(n + m - 1)\n"
            "    for i in range(n):\n        for j in range(m):\n            out[i + j] +="
            " x[i] * w[j]\n    return out"
        ),
        ["vector", "vector"],
    ),
    "columns": (
        "def product(A, x):\n    return sum(x[j] * A[:, j] for j in range(A.shape[1]))",
        ["square", "vector"],
    ),
    "numerical gradient": (
        (
            "def gradient(x):\n    h = 1e-3\n"
            "    return np.array([((x + h*e).sum() - (x - h*e).sum()) / (2*h)"
            " for e in np.eye(x.size)])"
        ),
        ["vector"],
    ),
    "stacked": ("def twice(x):\n    return np.stack([x + h for h in (1, 2)], axis=1)", ["vector"]),
    "entropy": ("def entropy(P):\n    return -(P[P > 0] * np.log(P[P > 0])).sum()", ["positive"]),
    "normal": (
        (
            "def density(x, mu, S):\n    d = x - mu\n"
            "    return np.exp(-0.5 * d @ np.linalg.solve(S, d))"
            " / np.sqrt((2*np.pi)**d.size * np.linalg.det(S))"
        ),
        ["vector", "vector", "spd"],
    ),
    "labels": (
        (
            "def slope(p):\n    n = len(p)\n    dz = p.copy()\n"
            "    dz[np.arange(n), np.arange(n) % 2]"
            " -= 1\n    dz /= n\n    return dz"
        ),
        ["square"],
    ),
    "relu": ("def drelu(x):\n    return (x > 0).astype(float)", ["vector"]),
    "unpacking": ("def values(A):\n    w, *_ = np.linalg.eigh(A + A.T)\n    return w", ["square"]),
    "windows": (
        (
            "def correlate(A, B):\n"
            "    W = np.lib.stride_tricks.sliding_window_view(A, B[:2, :2].shape)\n"
            "    return (W * B[:2, :2]).sum(axis=(-2, -1))"
        ),
        ["square", "square"],
    ),
    "einsum": ("def trace(A, B):\n    return np.einsum('ij,ji->', A, B)", ["square", "square"]),
    "covariance": (
        "def cov(X):\n    Xc = X - X.mean(axis=0)\n    return Xc.T @ Xc / (len(X) - 1)",
        ["matrix"],
    ),
    "np.cov": ("def cov(X):\n    return np.cov(X, rowvar=False)", ["matrix"]),
    "mean of rows": ("def rows(X):\n    return [row.mean() for row in X]", ["matrix"]),
    "branches": (
        (
            "def f(x):\n    y = 0.0\n    for i in range(9):\n        if i == 2:\n"
            "            continue\n"
            "        if i > 5 and x > 0 or i > 6:\n            break\n"
            "        y += x if i % 2 else -i\n"
            "    return y"
        ),
        ["number"],
    ),
    "appended": (
        (
            "def powers(x):\n    out = []\n    for k in range(4):\n        out.append(x**k)\n"
            "    return np.array(out)"
        ),
        ["number"],
    ),
    "aliased": ("def f(x):\n    y = x\n    y += 1\n    return x", ["vector"]),
    "whole numbers": (
        "def f(x):\n    a = np.array([0, 0])\n    a[0] = x\n    return a",
        ["number"],
    ),
    "broadcast": (
        "def f(P, x):\n    return P * x[:, None] / x[None, :].sum()",
        ["square", "vector"],
    ),
    "folded": (
        "def f(x):\n    return np.logaddexp.reduce(x) + np.add.accumulate(x)[-1]",
        ["vector"],
    ),
    "folded rows": (
        "def f(A):\n    return np.maximum.reduce(A, axis=1, keepdims=True, initial=0.5)",
        ["matrix"],
    ),
    "outer": ("def f(x):\n    return np.less.outer(x, x).sum(axis=0)", ["vector"]),
    "silent": (
        (
            "def f(x):\n    with np.errstate(over='ignore', all='ignore'):\n"
            "        return 1 / np.exp(999 * x)"
        ),
        ["vector"],
    ),
    "sorted": (
        "def f(x):\n    a, *_, b = sorted(x, reverse=True)\n    return a - b + sorted(x)[1]",
        ["vector"],
    ),
    "backwards": (
        (
            "def f(x):\n    s = 0.0\n    for i in reversed(range(len(x))):\n"
            "        s = s / 2 + x[i]\n"
            "    return s + sum(a * b for a, b in zip(x, reversed(x)))"
        ),
        ["vector"],
    ),
    "counted from one": (
        (
            "def f(x):\n    m = 0.0\n    for k, v in enumerate(x, start=1):\n"
            "        m += (v - m) / k\n"
            "    return m + sum(k for k, _ in enumerate(x, 3))"
        ),
        ["vector"],
    ),
    "two loops": (
        (
            "def f(A):\n    i = 7\n"
            "    s = sum(A[i, j] for i in range(3) for j in range(3) if i < j)\n"
            "    return s + i"
        ),
        ["square"],
    ),
    "transposed": ("def f(A):\n    return np.array([list(c) for c in zip(*A)])", ["matrix"]),
    "rounded": (
        "def f(x):\n    q, r = divmod(x, 0.25)\n    return round(2.5) + round(x, 2) + q + r",
        ["number"],
    ),
    "ranges": ("def f(x):\n    return sum(range(4, 9)) + max(range(3))", ["number"]),
    "any and all": (
        "def f(x):\n    return any(v > 1 for v in x) + 2 * all(v > -9 for v in x)",
        ["vector"],
    ),
    "math": (
        (
            "import numpy as np\nimport math\ndef f(x):\n"
            "    s = math.fsum(k * x for k in (1, 2)) + math.log(math.factorial(200))\n"
            "    return s + math.erf(x) + math.comb(9, 4) + math.pi"
        ),
        ["number"],
    ),
    "types": (
        "def f(x):\n    return x.astype(np.float64) + np.zeros(3, dtype=np.float64) + np.int64(2)",
        ["vector"],
    ),
    "diagonal": (
        "def f(A):\n    B = A.copy()\n    np.fill_diagonal(B, 0)\n    return B ** 2",
        ["square"],
    ),
    "repeated": (
        "def f(x):\n    return np.tile(x, 2) + np.repeat(x, 2) + np.broadcast_to(x[0], 6)",
        ["vector"],
    ),
    "exclusive": ("def f(x):\n    return (x > 0) ^ (x > 1)", ["vector"]),
    "any axes": ("def f(A):\n    return np.einsum('...i,...i->...', A, A)", ["matrix"]),
    "zipped": (
        (
            "def f(x, y):\n    s = 0\n    for i, (a, b) in enumerate(zip(x, y)):\n"
            "        s += i * a * b\n    return s"
        ),
        ["vector", "vector"],
    ),
}
"""Text and kinds of arguments."""

HOSTILE = (
    "import os\ndef f(x):\n    return os.system('id')",
    "def f(x):\n    return np.load('/etc/passwd')",
    "def f(x):\n    return x.__class__",
    "def f(x):\n    return ().__class__.__bases__[0].__subclasses__()",
    "def f(x):\n    return np.__dict__",
    "def f(x):\n    return np.lib.npyio",
    "def f(x):\n    return np.linalg.linalg",
    "def f(x):\n    return eval('1')",
    "def f(x):\n    return open('/etc/passwd')",
    "def f(x):\n    return (lambda: 1)()",
    "def f(x):\n    return {i for i in x}",
    "def f(x):\n    while True: pass",
    "def f(x):\n    import os",
    "def f(x, y=open('/x')):\n    return x",
    "@np.vectorize\ndef f(x):\n    return x",
    "def f(x):\n    x.tofile('pwn.bin')",
    "def f(x):\n    x.dump('pwn.bin')",
    "def f(x):\n    return np.fromfile('/etc/passwd')",
    "def f(x):\n    return x.data",
    "def f(x):\n    return x.ctypes",
    "def f(x):\n    return x.base",
    "def f(x):\n    global y\n    return 1",
    "def f(x):\n    return f'{x.__class__}'",
    "def f(x):\n    return '{0.__class__}'.format(x)",
    "def f(x):\n    return np.einsum.__globals__",
    "def f(x):\n    return np.array.__self__",
    "def f(x):\n    np = x\n    return np.exp",
    "def f(np):\n    return np.exp",
    "def f(x):\n    for np in x:\n        pass\n    return 1",
    "def f(x):\n    return [np for np in x]",
    "def f(x):\n    return 'a'*10**6",
    "def f(x):\n    return f(x)",
    "def f(x):\n    return getattr(x, 'a')",
    "def f(x):\n    try:\n        return 1\n    except Exception: pass",
    "def f(x):\n    raise SystemExit",
    "def f(x):\n    return np.exp(x, out=x)",
    "def f(x):\n    return np.log(x, where=x > 0)",
    "def f(x):\n    return np.where",
    "def f(x):\n    return np.array([1,2], dtype='O')",
    "def f(x):\n    return np.array([1,2], dtype=x)",
    "def f(x):\n    return np.linalg",
    "def f(x):\n    return np.random.rand()",
    "print(1)",
    "def f(x):\n    return x\nprint(1)",
    "def f(x):\n    y = yield x\n    return y",
    "async def f(x):\n    return x",
    "def f(x):\n    assert x\n    return 1",
    "def f(x):\n    del x",
    "def f(x):\n    with x: pass",
    "class A: pass",
    "def f(x):\n    with open('/etc/passwd'):\n        return 1",
    "def f(x):\n    with np.errstate(all='ignore') as e:\n        return e",
    "def f(x):\n    with np.errstate(call=x):\n        return 1",
    "def f(x):\n    with np.errstate(all=x):\n        return 1",
    "def f(x):\n    with np.errstate(over='raise'):\n        return 1",
    "def f(x):\n    with np.errstate('ignore'):\n        return 1",
    "def f(x):\n    with np.printoptions():\n        return 1",
    "def f(x):\n    with np.errstate(over='ignore'), open('/x'):\n        return 1",
    "def f(x):\n    with np.errstate(over='ignore'):\n        import os\n    return 1",
    "def f(x):\n    return np.errstate(over='ignore')",
    "def f(x):\n    return np.add.reduceat(x, [0])",
    "def f(x):\n    np.add.at(x, 0, 1)\n    return x",
    "def f(x):\n    return np.exp.reduce(x)",
    "def f(x):\n    return np.add.reduce",
    "def f(x):\n    return np.add.reduce.__self__",
    "def f(x):\n    return np.add.types",
    "def f(x):\n    return np.logaddexp.outer(x, x, out=x)",
    "def f(x):\n    return sorted(x, key=abs)",
    "def f(x):\n    return sorted(x, reverse=x)",
    "def f(x):\n    return sorted(range(9))",
    "def f(x):\n    return sum(zip(x, x))",
    "def f(x):\n    return reversed(x)",
    "def f(x):\n    return [*x]",
    "def f(x):\n    return zip(*x)",
    "def f(x):\n    return max('abc')",
    "def f(x):\n    return list('abc')",
    "def f(x):\n    return sum(np.exp)",
    "def f(x):\n    return list(x.tolist)",
    "def f(x):\n    return math.prod(np.exp)",
    "def f(x):\n    for i in range(*x):\n        pass\n    return 1",
    "def f(x):\n    for i in enumerate(x, begin=1):\n        pass\n    return 1",
    "import math as np\ndef f(x):\n    return np.exp(x)",
    "import os as math\ndef f(x):\n    return math.exp(x)",
    "import numpy as np, os\ndef f(x):\n    return 1",
    "from math import exp\ndef f(x):\n    return exp(x)",
    "def f(math):\n    return math.exp",
    "def f(x):\n    math = x\n    return math.T",
    "def f(x):\n    return math",
    "def f(x):\n    return math.exp",
    "def f(x):\n    return math.__loader__",
    "def f(x):\n    return math.exp.__self__",
    "def f(x):\n    return np.array([1], dtype=np.object_)",
    "def f(x):\n    return np.zeros(3, np.exp)",
    "def f(x):\n    return np.array([1], dtype=math.exp)",
    "def f(x):\n    return [i for i in x for j in x for k in x for l in x]",
    "def f(x):\n    return (y := 1)",
    "def f(x):\n    return x if np.all else ~x",
    "def f(x):\n    e = enumerate\n    return e(x)",
    "def f(x):\n    return np.array('abc')",
    "def f(x):\n    return np.einsum('i;i', x)",
    "def f(x):\n    return np.einsum(x, x)",
    "def f(x):\n    return np.sum(*x)",
    "def f(x):\n    return np.sum(**x)",
    "def f(x: open('/x')):\n    return x",
    "def f(x) -> open('/x'):\n    return x",
    "def f(x):\n    return max(enumerate(range(10**6)))",
    "def f(x):\n    return list(range(9))",
    "def f(x):\n    def g(): return 1\n    return g()",
    "def __f(x):\n    return 1",
    "def f(x):\n    return __import__",
    "def f(x):\n    x.T = 1\n    return x",
    "def f(x):\n    return x @= x",
    "def f(x):\n    return x << 9",
    "def f(x):\n    return 1j",
    "def f(x):\n    return b'abc'",
    "def f(x):\n    return 99999999",
    "def f(x):\n    return \u0435",
    "def f(x):\n\treturn x",
    "def f(x):\n    return x\x00",
    "",
    "def f(",
    "def f(x):\n    return " + "(" * 300 + "x" + ")" * 300,
    "def f(x):\n    return " + "-" * 900 + "x",
    "def f(x):\n    return " + "x+" * 400 + "x",
    "def f(x):\n    return 1\n" + "#" * 3000,
)
"""Refused by the allow-list before anything runs."""

BOMBS = (
    (
        "def f(x):\n    for i in range(10**6):\n        for j in range(10**6):\n            i\n"
        "    return i"
    ),
    "def f(x):\n    return np.zeros((10**5, 10**5))",
    "def f(x):\n    return np.zeros(10**6 * 10**6)",
    "def f(x):\n    return np.arange(0, 1, 1e-9)",
    "def f(x):\n    return np.linspace(0, 1, 10**6 * 1000)",
    "def f(x):\n    return np.linspace(0, 1, num=10**6 * 1000)",
    "def f(x):\n    return np.eye(10**6)",
    "def f(x):\n    return [1]*1000000",
    "def f(x):\n    return 9**9**9",
    "def f(x):\n    return np.kron(np.kron(np.ones(999),np.ones(99)),np.ones(99))",
    "def f(x):\n    a = np.ones((9000, 1))\n    return a + a.T",
    "def f(x):\n    a = np.ones((9000, 1))\n    return a @ a.T",
    "def f(x):\n    a = np.ones(9000)\n    return np.outer(a, a)",
    "def f(x):\n    a = np.ones(9000)\n    return a[:, None] == a[None, :]",
    "def f(x):\n    a = np.arange(9000)\n    a[None, :] & a[:, None]\n    return a",
    "def f(x):\n    a = np.ones(9000)\n    return np.diag(a)",
    "def f(x):\n    return np.diag(np.ones(3), 10**6)",
    "def f(x):\n    a = np.ones(9000)\n    return np.vander(a)",
    "def f(x):\n    a = [1, 1]\n    for i in range(60):\n        a = [a, a]\n    return np.max(a)",
    "def f(x):\n    a = []\n    a.append(a)\n    return np.array(a)",
    "def f(x):\n    a = [1]\n    for y in a:\n        a.append(y)\n    return a",
    "def f(x):\n    return np.einsum('a,b,c,d,e,f->abcdef', *[np.ones(99)])",
    "def f(x):\n    a = np.ones(99)\n    return np.einsum('a,b,c,d->abcd', a, a, a, a)",
    (
        "def f(x):\n    a = np.eye(140)\n    for i in range(9999):\n        np.linalg.svd(a)\n"
        "    return x"
    ),
    "def f(x):\n    return np.bincount(np.array([10**6 * 10**6]))",
    "def f(x):\n    return np.array([None])",
    "def f(x):\n    return np.add.outer(np.ones(9000), np.ones(9000))",
    "def f(x):\n    return np.tile(x, (999, 999))",
    "def f(x):\n    return np.repeat(x, 10**6)",
    "def f(x):\n    return x.repeat(10**6)",
    "def f(x):\n    return np.broadcast_to(x, (10**6, 3)).copy()",
    "def f(x):\n    return np.triu_indices(10**4)",
    "def f(x):\n    return np.tril_indices(9, 0, 10**6)",
    "def f(x):\n    a = np.ones(2)\n    return np.meshgrid(" + ", ".join(["a"] * 17) + ")",
    "def f(x):\n    return round(7, -10**9)",
    "def f(x):\n    return sum(range(10**6 * 10**6))",
    "def f(x):\n    return sum(1 for i in range(9999) for j in range(9999) for k in x)",
    "def f(x):\n    for i in reversed(range(10**6 * 10**6)):\n        i\n    return x",
    "def f(x):\n    return sorted([x, x])",
    "def f(x):\n    return math.gamma(10**6)",
    "def f(x):\n    a = [1, 1]\n    for i in range(60):\n        a = list([a, a])\n    return a",
    "def f(x):\n    a = np.ones(9000)\n    return a[np.zeros((9000, 9), dtype=int)]",
)
"""Pass the allow-list or nearly so, and must be stopped while they run."""
