"""What the reader sees, from published tables alone: words, tables, charts, maps, workbook."""
