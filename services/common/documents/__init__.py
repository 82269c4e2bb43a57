"""Documents for people: typeset as accessible PDF, with a font that knows Chinese."""
