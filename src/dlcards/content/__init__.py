"""What contributors write: documents, their schema, the library, lists, the rules of good cards."""
