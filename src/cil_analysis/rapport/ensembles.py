"""Figures of several indicators: their lines together, the account that leads from one total to another."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from cil_analysis.rapport import annees, comparateurs, series, tableaux
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.dessins import cascade, courbes
from cil_analysis.rapport.figure import Dits, Figure, Gabarits, en_suites, encadrer, envelopper, periode
from cil_analysis.rapport.figures import a_des_chiffres
from cil_analysis.rapport.table import Table


def en_courbes(
    mots: tuple[Gabarits, Gabarits], lignes: Mapping[str, Table], entete: str,
    donnees: Mapping[str, tableaux.Colonne] | None, reglages: courbes.Reglages,
) -> Figure:  # fmt: skip
    """Several indicators cut alike, one line each; ``mots``: title and subtitle, said of the first one."""
    premiere, tables = next(iter(lignes.values())), [t.publiee for t in lignes.values()]
    lues = {nom: list(table) for nom, table in lignes.items() if len(table)}
    pas = {code: nom for table in lignes.values() for code, nom in table.pas.items()}
    autres = {
        f"{autre} – {nom}" if len(lignes) > 1 else autre: lus
        for nom, table in lignes.items()
        if table.axes == ("annee",)
        for autre, lus in comparateurs.en_series(table).items()
    }
    voulues = {**lignes, **(donnees or {}), **comparateurs.en_colonnes(autres)}
    dessinable = any(map(a_des_chiffres, tables))
    return envelopper(
        premiere.rapport,
        "-".join([*(t.indicateur.code.lower() for t in lignes.values()), *premiere.axes]),
        Dits(
            premiere.dire(mots[0]),
            premiere.dire(mots[1]),
            annees.note(list(lignes.values())),
            series.joindre(
                series.decrire_ruptures(en_suites(lues), annees.ruptures_de(lignes.values())),
                comparateurs.en_suite(autres),
            ),
            source=comparateurs.sources(autres),
        ),
        partial(courbes.dessiner, lues, pas, reglages, annees.ruptures_de(lignes.values()), autres)
        if dessinable
        else None,
        tableaux.croiser(
            f"{premiere.indicateur.titre}, {periode(tables) or premiere.rapport.annee}",
            voulues,
            entete=entete,
            vides=True,
        ),
        [*(x.publiee for x in voulues.values() if isinstance(x, Chiffres)), *tables],
    )


def en_cascade(
    mots: tuple[Gabarits, Gabarits, str], etapes: Mapping[str, Table | None], donnees: Mapping[str, tableaux.Colonne]
) -> Figure:
    """An account from the first total to the last; ``mots``: title, subtitle, note.

    Its data table in its place where one of its terms is masked or missing.
    """
    termes = {nom: table for nom, table in etapes.items() if table is not None}
    *_, arrivee = termes.values()
    tables = [x.publiee for x in donnees.values() if isinstance(x, Chiffres)]
    tableau = tableaux.croiser(f"Termes du compte, {periode(tables)}", donnees, vides=True)
    est_complet = all(table.seul.est_publie for table in termes.values())
    identifiant = "-".join(["compte", *dict.fromkeys(t.indicateur.code.lower() for t in termes.values())])
    titres = arrivee.dire(mots[0]), arrivee.dire(mots[1])
    if not est_complet and any(map(a_des_chiffres, tables)):
        return encadrer(arrivee.rapport, identifiant, titres, tableau, tables, [mots[2]])
    valeurs = {nom: None if table is None else table.valeur for nom, table in etapes.items()} if est_complet else {}
    chaine = cascade.enchainer(valeurs) if valeurs else []
    return envelopper(
        arrivee.rapport,
        identifiant,
        Dits(*titres, mots[2], f"{' ; '.join(f'{e.nom}, {e.texte}' for e in chaine)}."),
        (lambda: cascade.dessiner(chaine)) if chaine else None,
        tableau,
        tables,
    )
