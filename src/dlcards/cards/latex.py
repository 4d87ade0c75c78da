r"""LaTeX on a card: split into tokens, and looked through for what may not stand there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
DEEPEST = 20
MOST_ROWS = 20


def tokens(latex: str) -> list[str]:
    r"""Split LaTeX into control sequences and characters; spaces are dropped.

    Examples
    --------
    >>> tokens(r"\sin x")
    ['\\sin', 'x']
    """
    return [token for token in _TOKEN.findall(latex) if not token.isspace()]


def commands(names: str) -> frozenset[str]:
    r"""Return control sequences from their names, separated by spaces.

    Examples
    --------
    >>> sorted(commands("le ge"))
    ['\\ge', '\\le']
    """
    return frozenset(f"\\{name}" for name in names.split())


LETTERS = commands(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma"
    " tau upsilon phi chi psi omega varepsilon vartheta varpi varrho varsigma varphi varkappa"
    " digamma Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega varGamma varDelta varTheta"
    " varLambda varXi varPi varSigma varUpsilon varPhi varPsi varOmega aleph beth gimel daleth hbar"
    " hslash imath jmath ell wp Re Im partial infty prime backprime emptyset varnothing nabla eth"
    " surd top bot angle measuredangle sphericalangle triangle forall exists nexists neg lnot flat"
    " natural sharp clubsuit diamondsuit heartsuit spadesuit Box Diamond square blacksquare lozenge"
    " blacklozenge bigstar complement mho Finv Game Bbbk checkmark maltese circledR circledS yen S"
)
OPERATORS = commands(
    "sum prod coprod int iint iiint oint bigcup bigcap bigsqcup bigvee bigwedge bigodot bigotimes"
    " bigoplus biguplus arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf"
    " ker lg lim liminf limsup ln log max min Pr sec sin sinh sup tan tanh projlim varlimsup"
    " varliminf varinjlim varprojlim injlim pm mp times div cdot ast star circ bullet cap cup uplus"
    " sqcap sqcup vee wedge lor land setminus smallsetminus wr amalg oplus ominus otimes oslash"
    " odot bigcirc dagger ddagger diamond triangleleft triangleright bigtriangleup"
    " bigtriangledown ltimes rtimes leftthreetimes rightthreetimes dotplus Cap Cup barwedge veebar"
    " doublebarwedge boxminus boxtimes boxdot boxplus divideontimes curlywedge curlyvee circleddash"
    " circledast circledcirc centerdot intercal"
)
RELATIONS = commands(
    "le leq ge geq ne neq lt gt equiv sim simeq approx cong propto asymp doteq ll gg prec succ"
    " preceq succeq subset supset subseteq supseteq sqsubset sqsupset sqsubseteq sqsupseteq in ni"
    " owns notin vdash dashv models perp mid nmid parallel nparallel bowtie smile frown leqq geqq"
    " leqslant geqslant lesssim gtrsim lessapprox gtrapprox lessgtr gtrless lll ggg approxeq eqsim"
    " thicksim thickapprox backsim triangleq circeq bumpeq Bumpeq doteqdot risingdotseq"
    " fallingdotseq subseteqq supseteqq subsetneq supsetneq subsetneqq supsetneqq nsubseteq"
    " nsupseteq nleq ngeq nless ngtr nsim ncong nprec nsucc precsim succsim precapprox succapprox"
    " preccurlyeq succcurlyeq trianglelefteq trianglerighteq vartriangleleft vartriangleright"
    " vartriangle lneq gneq lneqq gneqq vDash Vdash Vvdash nvdash nvDash varpropto between"
    " therefore because pitchfork coloneqq eqqcolon not colon "
)
ARROWS = commands(
    "to gets leftarrow rightarrow leftrightarrow Leftarrow Rightarrow Leftrightarrow uparrow"
    " downarrow updownarrow Uparrow Downarrow Updownarrow mapsto longmapsto longleftarrow"
    " longrightarrow longleftrightarrow Longleftarrow Longrightarrow Longleftrightarrow iff implies"
    " impliedby hookleftarrow hookrightarrow leftharpoonup leftharpoondown rightharpoonup"
    " rightharpoondown rightleftharpoons leftrightharpoons nearrow searrow swarrow nwarrow"
    " rightsquigarrow leadsto twoheadrightarrow twoheadleftarrow rightarrowtail leftarrowtail"
    " circlearrowleft circlearrowright curvearrowleft curvearrowright upharpoonright"
    " upharpoonleft downharpoonright downharpoonleft restriction nleftarrow nrightarrow"
    " nLeftarrow nRightarrow leftrightarrows rightleftarrows rightrightarrows leftleftarrows"
    " xrightarrow xleftarrow"
)
DELIMITERS = commands(
    "left right middle big Big bigg Bigg bigl bigr bigm Bigl Bigr Bigm biggl biggr biggm Biggl"
    " Biggr Biggm langle rangle lceil rceil lfloor rfloor lvert rvert lVert rVert vert Vert lbrace"
    " rbrace lbrack rbrack ulcorner urcorner llcorner lrcorner backslash"
)
STRUCTURES = commands(
    "frac dfrac tfrac cfrac binom dbinom tbinom sqrt root of overline underline overbrace"
    " underbrace overset underset stackrel overrightarrow overleftarrow overleftrightarrow"
    " underrightarrow underleftarrow widehat widetilde hat bar tilde vec dot ddot dddot ddddot"
    " acute grave breve check mathring boxed phantom hphantom vphantom smash substack limits"
    " nolimits operatorname mathop mathbin mathrel mathord mathopen mathclose mathpunct mathinner"
    " bmod pmod mod pod begin end displaystyle textstyle scriptstyle scriptscriptstyle"
)
LETTERING = commands(
    "mathrm mathbf mathit mathbb mathcal mathscr mathfrak mathsf mathtt mathnormal boldsymbol"
    " pmb text textrm textbf textit texttt textsf textup mbox rm bf it cal"
)
SPACES = commands(
    "quad qquad thinspace negthinspace enspace nobreakspace ldots cdots vdots"
    " ddots dots dotsc dotsb dotsm dotsi dotso"
) | frozenset(rf"\{sign}" for sign in ",:;!> {}|%&#_$\\")
SETTING = LETTERS | OPERATORS | RELATIONS | ARROWS | DELIMITERS | STRUCTURES | LETTERING | SPACES
r"""What may stand in LaTeX: of MathJax's packages base, ams and mathtools, which Anki loads,
all that sets a formula and has no length as argument. Nothing that defines, numbers, colours,
links or loads: MathJax remembers definitions and labels for the cards that come later."""

ENVIRONMENTS = frozenset(
    [
        *("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix"),
        *("cases", "dcases", "rcases", "array", "aligned", "gathered", "split"),
    ]
)
_INSIDE = {"align": "aligned", "gather": "gathered", "multline": "gathered", "equation": "split"}
"""What does the same as an environment for whole pages."""
LONGEST_EXPANSION = 5_000
_ARGUMENT = re.compile(r"#([1-9])")
_MACRO_NAME = re.compile(r"[A-Za-z]{1,30}")
_BEGIN = re.compile(r"\\(?:begin|end)\s*\{\s*([^{}]*?)\s*\}|\\(?:begin|end)")


def fault(latex: str) -> str:
    r"""Return why LaTeX would not be typeset, or would do more; empty when nothing is wrong.

    Examples
    --------
    >>> fault(r"\frac{1}{2"), fault("x")
    ('an opening brace is never closed', '')
    >>> fault(r"\rule{9em}{9em}")
    '\\rule is not among the commands that set a formula'
    >>> fault(r"\begin{align*} x \end{align*}").partition("; ")[2]
    "in a line of text it is called 'aligned'"
    """
    depth = inner = rows = 0
    for sign, following in pairwise([*tokens(latex), ""]):
        if sign in (r"\(", r"\)", r"\[", r"\]"):
            return f"{sign} ends the mathematics of a card"
        if sign[0] == "\\" and sign not in SETTING:
            return f"{sign} is not among the commands that set a formula"
        if sign in ("%", "#", "$"):
            return f"{sign} is no part of a formula"
        if sign == r"\\":
            rows += 1
            if following in ("[", "*"):
                return r"\\ takes no length"
        depth += {"{": 1, "}": -1}.get(sign, 0)
        inner += {r"\left": 1, r"\begin": 1, r"\right": -1, r"\end": -1}.get(sign, 0)
        if depth < 0:
            return "a closing brace has no opening one"
        if depth + max(inner, 0) > DEEPEST:
            return f"more than {DEEPEST} brackets inside each other"
    if rows > MOST_ROWS:
        return f"more than {MOST_ROWS} lines"
    for match in _BEGIN.finditer(latex):
        if match[1] not in ENVIRONMENTS:
            inside = _INSIDE.get((match[1] or "").removesuffix("*"), "")
            instead = f"; in a line of text it is called {inside!r}" if inside else ""
            return (
                f"the environment {match[1] or ''!r} is not among those that set a formula{instead}"
            )
    return "an opening brace is never closed" if depth else ""


def macro_fault(name: str, macros: Mapping[str, str]) -> tuple[str, str] | None:
    r"""Return what is wrong with a macro of a project and the remedy, or None.

    Examples
    --------
    >>> macro_fault("R", {"R": r"\mathbb{R}"})
    >>> macro_fault("frac", {"frac": "x"})[0]
    '\\frac means something already'
    """
    if not _MACRO_NAME.fullmatch(name):
        return f"{name!r} cannot be the name of a macro", "letters only, without the backslash"
    if f"\\{name}" in SETTING:
        return f"\\{name} means something already", "choose another name"
    count = argument_count(macros[name])
    if {int(number) for number in _ARGUMENT.findall(macros[name])} != set(range(1, count + 1)):
        return "the arguments are not numbered #1, #2, …", "leave none out"
    try:
        expanded = expand(f"\\{name}" + "{x}" * count, macros)
    except MacroError as error:
        return str(error), "write it with the commands that MathJax knows"
    wrong = fault(expanded)
    return (wrong, "a macro may use the commands that set a formula") if wrong else None


class MacroError(ValueError):
    """A macro that cannot be written out."""


def argument_count(body: str) -> int:
    """Return how many arguments a macro takes.

    Examples
    --------
    >>> argument_count("d#1/d#2")
    2
    """
    return max((int(number) for number in _ARGUMENT.findall(body)), default=0)


def expand(latex: str, macros: Mapping[str, str]) -> str:
    r"""Write out the macros of a project, so that a card needs no definition.

    Raises
    ------
    MacroError
        When an argument is missing, or the result is too long, as that of a macro that
        uses itself.

    Examples
    --------
    >>> expand(r"\dv{y}{x} \in \R", {"R": r"\mathbb{R}", "dv": r"\frac{d#1}{d#2}"})
    '\\frac{dy}{dx} \\in \\mathbb{R}'
    """
    if not macros:
        return latex
    for _ in range(DEEPEST):
        expanded = _expand_once(latex, macros)
        if expanded == latex:
            return latex
        latex = expanded
        if len(latex) > LONGEST_EXPANSION:
            break
    raise MacroError(f"written out, this has more than {LONGEST_EXPANSION:,} signs, or no end")


def _expand_once(latex: str, macros: Mapping[str, str]) -> str:
    parts = _TOKEN.findall(latex)
    out: list[str] = []
    size = at = 0
    while at < len(parts) and size <= LONGEST_EXPANSION:
        body = macros.get(parts[at][1:]) if parts[at][0] == "\\" else None
        name = parts[at]
        at += 1
        if body is None:
            out.append(name)
        else:
            arguments = []
            for _ in range(argument_count(body)):
                argument, at = _argument(parts, at, name)
                arguments.append(argument)
            text = "".join(
                arguments[int(part) - 1] if place % 2 else part
                for place, part in enumerate(_ARGUMENT.split(body))
            )
            letters_meet = at < len(parts) and parts[at][0].isalpha() and text[-1:].isalpha()
            out.append(f"{text} " if letters_meet and "\\" in text else text)
        size += len(out[-1])
    return "".join(out)


def _argument(parts: Sequence[str], at: int, name: str) -> tuple[str, int]:
    """Return the argument of a macro that starts at a token, and the place after it."""
    while at < len(parts) and parts[at].isspace():
        at += 1
    if at == len(parts):
        raise MacroError(f"{name} needs another argument")
    if parts[at] != "{":
        return parts[at], at + 1
    depth, start = 0, at + 1
    while at < len(parts):
        depth += {"{": 1, "}": -1}.get(parts[at], 0)
        at += 1
        if not depth:
            return "".join(parts[start : at - 1]), at
    raise MacroError(f"the argument of {name} is never closed")


OTHERS = commands(
    "color colorbox fcolorbox textcolor definecolor href url class style cssId data tag notag"
    " nonumber label ref eqref rule Rule Space hspace hskip vspace kern mkern mskip raise lower"
    " moveleft moveright hbox vbox raisebox fbox framebox require def gdef let newcommand"
    " renewcommand newenvironment renewenvironment DeclareMathOperator operatornamewithlimits"
    " unicode char mmlToken verb ce pu cancel bcancel xcancel cancelto enclose bra ket braket Bra"
    " Ket Braket set Set toggle endtoggle mathtip texttip underbracket overbracket hfil hfill hline"
    " hdashline cr over atop above choose brack brace overwithdelims atopwithdelims buildrel tiny"
    " Tiny small normalsize large Large LARGE huge Huge scriptsize footnotesize sc tt sf emph"
    " textsc textnormal mathllap mathrlap mathclap clap llap rlap shoveleft shoveright intertext"
    " shortintertext DeclarePairedDelimiter prescript xLeftarrow xRightarrow xleftrightarrow"
    " xmapsto xrightleftharpoons xhookrightarrow xhookleftarrow bigstar iddots skew mathchoice"
    " strut mathstrut ensuremath lbrack rbrack nonscript hfilll leftroot uproot sideset genfrac"
    " idotsint iiiint middle newline displaylines eqalign matrix pmatrix cases"
    " llbracket rrbracket bbox mathds symbf symup symbb boldsymbol bm mathbfup mathbfit mathsfit"
    " oldstyle mit textmd vcenter mathaccent overparen underparen arrowvert Arrowvert bracevert"
    " rmoustache lmoustache rgroup lgroup minuso plusmn AA O o aa ss i j"
)
"""Further commands that MathJax knows, in decks of other makers."""

_FOREIGN_ENVIRONMENTS = ENVIRONMENTS | frozenset(
    [
        *("align", "align*", "alignat", "alignat*", "alignedat", "gather", "gather*", "equation"),
        *("equation*", "multline", "multline*", "multlined", "eqnarray", "eqnarray*", "subarray"),
        *(
            "flalign",
            "flalign*",
            "CD",
            "numcases",
            "subnumcases",
            "matrix*",
            "pmatrix*",
            "bmatrix*",
        ),
        *(
            "Bmatrix*",
            "vmatrix*",
            "Vmatrix*",
            "psmallmatrix",
            "bsmallmatrix",
            "darray",
            "crampedsubarray",
        ),
    ]
)


def typesetting_fault(latex: str) -> str:
    r"""Return why MathJax would not set LaTeX of anybody; empty when nothing is wrong.

    Examples
    --------
    >>> typesetting_fault(r"\frac{1}{2"), typesetting_fault(r"\color{red} x")
    ('an opening brace is never closed', '')
    >>> typesetting_fault(r"x \in \R")
    '\\R is no command of MathJax'
    """
    depth = 0
    defined = set(
        re.findall(r"\\(?:newcommand|def|DeclareMathOperator)\s*\{?\s*(\\[A-Za-z]+)", latex)
    )
    for sign in tokens(latex):
        named = sign[0] == "\\" and sign[1:].isalpha()
        if named and sign not in SETTING | OTHERS and sign not in defined:
            return f"{sign} is no command of MathJax"
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            return "a closing brace has no opening one"
    if depth:
        return "an opening brace is never closed"
    open_now: list[str] = []
    for match in re.finditer(r"\\(begin|end)\s*\{\s*([^{}]*?)\s*\}", latex):
        if match[2] not in _FOREIGN_ENVIRONMENTS:
            return f"{match[2]!r} is no environment of MathJax"
        if match[1] == "begin":
            open_now.append(match[2])
        elif not open_now or open_now.pop() != match[2]:
            return rf"\end{{{match[2]}}} ends what was not begun"
    return rf"\begin{{{open_now[-1]}}} is never ended" if open_now else ""
