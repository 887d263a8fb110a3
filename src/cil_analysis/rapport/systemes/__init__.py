"""Ce que la page de la gouvernance lit de ses tables."""
