"""A kind of figure, and how to add one.

How to add a kind
-----------------
One kind is one module of ``figures/kinds``. It defines

1. a spec: a subclass of :class:`PlotSpec` (axes with numbers) or :class:`BaseSpec` (a free
   picture) with a ``kind: Literal["name"]``; every field has a ``Field(description=…)``;
   numbers are :data:`Number` (a YAML number or a constant formula such as ``log(2)``),
   formulas :data:`Formula`, pairs :data:`Pair`, ranges :data:`Range`; a text in the picture
   is a :data:`Label`, or a :data:`FixedLabel` if the front shows it too: checks, fronts and
   alternative texts find labels by these types; every list has a ``max_length``;
2. ``draw(spec, panel)``, which puts things on a :class:`Panel` with ``panel.curve``,
   ``panel.point``, ``panel.area``, ``panel.label``, ``panel.text``, or on ``panel.axes``
   itself (a Matplotlib Axes; what texts must not cover is told to ``panel.avoid``), and
   says its limits with ``panel.limits(x, y)``. Free pictures call ``panel.bare(x, y)``:
   no ticks, equal scales;
3. ``check(spec, expressions)``, which yields a ``FormulaProblem`` with a path in the spec
   for everything that the types cannot say;
4. ``alt(spec, say)``, one phrase that tells what is seen, from the kind's sentences in
   ``languages/<code>/figures.yaml``: ``say("marked", points="A, B")``;
5. ``EXAMPLES``: specs as one would write them, at least two, from real entries;
6. ``KIND = Kind(name, summary, Spec, draw, check, alt, EXAMPLES, panels=…)``; ``panels``
   is a function that splits one spec into several drawn side by side, if the kind wants.

7. perhaps ``version=2``, when pictures have changed in a way that learners should get: names
   of pictures follow from specs and versions, not from what is drawn (``figures.identity``).

Then add ``KIND`` to ``KINDS`` in ``figures/kinds/__init__.py`` and run
``python -m dlcards.figures.gallery``. A kind never chooses sizes or colours: see ``style``.
Labels go through ``panel.label`` and its relatives, which find a free place and leave the
label out on the front of a card; ``panel.text`` writes at a fixed place (in a box, a cell)
and shrinks the text to a given width. ``answer=False`` keeps on the front what names nothing:
numbers, signs. ``panel.legend`` explains a colour below the picture. Pictures made of cells or
boxes in a row are laid out by ``blocks``; generated data is in ``clouds``,
what is fitted to it in ``learners``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dlcards.claims.statement import FormulaProblem
from dlcards.figures.expressions import Expressions
from dlcards.figures.panel import Panel
from dlcards.figures.spec import BaseSpec


@dataclass(frozen=True, slots=True)
class Templates:
    """Sentences of one kind of figure in one language, with named placeholders.

    Parameters
    ----------
    texts : mapping
        Of one kind in ``languages/<code>/figures.yaml``.

    Examples
    --------
    >>> say = Templates({"paths": "Tree: {paths}", "mode": {"cdf": "heights"}})
    >>> say("paths", paths="a → b"), say("mode", "cdf")
    ('Tree: a → b', 'heights')
    """

    texts: Mapping[str, Any]

    def __call__(self, *keys: str, **values: object) -> str:
        """Return the sentence at some keys, filled in."""
        found: Any = self.texts
        for key in keys:
            found = found[key]
        return str(found).format(**values)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of figure.

    Parameters
    ----------
    name : str
    summary : str
        What it draws, in a few words.
    spec : type
    draw : callable (spec, panel) -> None
    check : callable (spec, expressions) -> iterable of FormulaProblem
    alt : callable (spec, templates) -> str
        One phrase that tells what is seen.
    examples : tuple of dict
    panels : callable (spec) -> tuple of spec
        The panels of one spec; most kinds have one.
    version : int
        See :mod:`dlcards.figures.identity`.
    equal : callable (spec) -> bool
        Whether both axes have the same scale where the spec does not say.
    numbers : callable (spec) -> iterable of float, optional
        The numbers a picture shows, of kinds where they follow from the spec.
    sizes : callable (spec) -> iterable of (rows, columns)
        Of the matrices it shows.
    """

    name: str
    summary: str
    spec: type[BaseSpec]
    draw: Callable[[Any, Panel], None]
    check: Callable[[Any, Expressions], Iterable[FormulaProblem]]
    alt: Callable[[Any, Templates], str]
    examples: tuple[Mapping[str, Any], ...]
    panels: Callable[[Any], tuple[Any, ...]] = lambda spec: (spec,)
    version: int = 1
    equal: Callable[[Any], bool] = lambda spec: False
    numbers: Callable[[Any], Iterable[float]] | None = None
    sizes: Callable[[Any], Iterable[tuple[int, int]]] = lambda spec: ()
