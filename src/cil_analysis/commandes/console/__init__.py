"""What the command says to a terminal: tables of text, signs, errors in French."""
