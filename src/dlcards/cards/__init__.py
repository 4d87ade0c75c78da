"""What a learner sees: note types, their templates, fields as HTML, the cards of a note."""
