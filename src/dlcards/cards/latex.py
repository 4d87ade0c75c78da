r"""LaTeX on a card: split into tokens, and looked through for what may not stand there."""

from __future__ import annotations

import re
from itertools import zip_longest

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
_BEGIN = re.compile(r"\\(?:begin|end)\s*\{\s*([^{}]*?)\s*\}|\\(?:begin|end)")


def fault(latex: str) -> str:
    r"""Return why LaTeX would not be typeset, or would do more; empty when nothing is wrong.

    Examples
    --------
    >>> fault(r"\frac{1}{2"), fault("x")
    ('an opening brace is never closed', '')
    >>> fault(r"\rule{9em}{9em}")
    '\\rule is not among the commands that set a formula'
    """
    depth = inner = rows = 0
    found = tokens(latex)
    for sign, following in zip_longest(found, found[1:], fillvalue=""):
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
            return f"the environment {match[1] or ''!r} is not among those that set a formula"
    return "an opening brace is never closed" if depth else ""
