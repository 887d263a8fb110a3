"""From parameterised notebooks (.qmd) to pages, PDF, sheets and open data.

Two engines give the same page: Quarto when it is installed, otherwise the embedded one (nbclient and
Pandoc). They share the template, the style sheet, the script, the Lua filter and the way parameters are injected.
"""
