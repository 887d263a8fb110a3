"""From a file to sheets of text: archives, workbooks and delimited text, within bounds."""
