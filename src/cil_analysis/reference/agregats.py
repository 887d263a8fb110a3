"""Aggregated tables, which count households by commune and class: what they are called beside the extracts of rows."""

AGREGATS = "agregats"


def nommer_l_extrait(extrait: str) -> str:
    """Le nom d’un import, en tête de phrase : « Attributions », « Tableaux agrégés »."""
    return "Tableaux agrégés" if extrait == AGREGATS else extrait.capitalize()


def option_d_import(extrait: str) -> str:
    """How « cil importer » is told what it imports."""
    return "--agregats" if extrait == AGREGATS else f"--extrait {extrait}"
