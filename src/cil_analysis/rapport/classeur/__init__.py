"""The workbooks of a report, written by openpyxl from published tables."""
