"""What saves time on the next run; deleting it changes no result.

``store``
    reads and writes every file of the cache, and knows which there are.
``stamp``
    the state of all files that a command reads, without reading them.
``manifest``
    one file per deck and language: a build in which nothing changed stops here.
``results``
    what ``list`` and ``check`` found.
``notes``
    entries that were read, and notes that were composed, by the hash of their inputs.

Drawings are stored by the step that draws. Verdicts in ``formulas/checks.lock`` and times in
``first-built.json`` are no cache: they belong to the content and to its releases.
"""
