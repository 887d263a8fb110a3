"""What the command says to a terminal: signs, answers and errors in French."""
