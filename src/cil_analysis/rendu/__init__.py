"""From parameterised notebooks (.qmd) to pages, PDF, sheets and open data, by Quarto or by the embedded engine."""
