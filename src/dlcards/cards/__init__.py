"""What a learner sees: note types, templates, fields as HTML, the cards Anki makes of a note."""
