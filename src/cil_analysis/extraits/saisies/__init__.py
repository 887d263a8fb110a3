"""Tables that an analyst types or receives whole: thresholds, objectives, published figures."""
