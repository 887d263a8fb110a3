"""The drawings of a report: one module a kind of chart, on the axes and in the style of the house."""
