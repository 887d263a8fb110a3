"""Figures of several indicators: their lines together, an account, a timeline, their maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from cil_analysis.rapport import annees, tableaux
from cil_analysis.rapport.alternatives import en_suites
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.cartes import cartographie, explorer
from cil_analysis.rapport.cartes.fiches_de_carte import Vue
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.dessins import cascade, courbes, frise
from cil_analysis.rapport.dessins.dessin import charte, en_svg
from cil_analysis.rapport.figure import Dits, Figure, Gabarits, encadrer, envelopper, illustrer, periode
from cil_analysis.rapport.mots.gabarits import Annee
from cil_analysis.rapport.table import Table
from cil_analysis.reference.texte import typographie

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport

# Title and subtitle, as templates; then the note.
Titres = tuple[Gabarits, Gabarits]
TitresEtNote = tuple[Gabarits, Gabarits, str]


def en_courbes(
    mots: Titres, lignes: Mapping[str, Table], entete: str,
    donnees: Mapping[str, tableaux.Colonne] | None, reglages: courbes.Reglages,
) -> Figure:  # fmt: skip
    """Several indicators cut alike, one line each; titles are said of the first one."""
    tables = list(lignes.values())
    premiere, publiees, marques = tables[0], [t.publiee for t in tables], annees.ruptures_de(tables)
    lues = {nom: list(table) for nom, table in lignes.items() if len(table)}
    pas = {code: nom for table in tables for code, nom in table.pas.items()}
    voulues = {**lignes, **(donnees or {})}
    legende = f"{premiere.indicateur.titre}, {periode(publiees) or premiere.rapport.annee}"
    return envelopper(
        premiere.rapport,
        "-".join([*(t.indicateur.code.lower() for t in tables), *premiere.axes]),
        Dits(
            premiere.dire(mots[0]),
            premiere.dire(mots[1]),
            annees.note(tables),
            annees.joindre(en_suites(lues), annees.note_des_ruptures(marques)),
        ),
        partial(courbes.dessiner, lues, pas, reglages, marques) if any(t.a_des_chiffres for t in tables) else None,
        tableaux.croiser(legende, voulues, entete=entete, vides=True),
        [*(x.publiee for x in voulues.values() if isinstance(x, Chiffres)), *publiees],
    )


def en_cascade(
    mots: TitresEtNote, etapes: Mapping[str, Table | None], donnees: Mapping[str, tableaux.Colonne]
) -> Figure:
    """An account from the first total to the last.

    Its data table in its place where one of its terms is masked or missing.
    """
    termes = {nom: table for nom, table in etapes.items() if table is not None}
    *_, arrivee = termes.values()
    lus = [x for x in donnees.values() if isinstance(x, Chiffres)]
    tables = [x.publiee for x in lus]
    tableau = tableaux.croiser(f"Termes du compte, {periode(tables)}", donnees, vides=True)
    est_complet = all(table.seul.est_publie for table in termes.values())
    identifiant = "-".join(["compte", *dict.fromkeys(t.indicateur.code.lower() for t in termes.values())])
    dits = Dits(arrivee.dire(mots[0]), arrivee.dire(mots[1]), mots[2])
    if not est_complet and any(x.a_des_chiffres for x in lus):
        return encadrer(arrivee.rapport, identifiant, dits, tableau, tables)
    valeurs = {nom: None if table is None else table.valeur for nom, table in etapes.items()} if est_complet else {}
    chaine = cascade.enchainer(valeurs) if valeurs else []
    return envelopper(
        arrivee.rapport,
        identifiant,
        dits._replace(alternative=f"{' ; '.join(f'{e.nom}, {e.texte}' for e in chaine)}."),
        (lambda: cascade.dessiner(chaine)) if chaine else None,
        tableau,
        tables,
    )


def en_frise(mots: TitresEtNote, tables: Sequence[pd.DataFrame], chiffres: Sequence[Table]) -> Figure:
    """The marks of tables in time; ``chiffres``: those that count them, for its source. Nothing without a mark."""
    rapport, marques, identifiant = chiffres[0].rapport, frise.marques(tables), f"frise-{chiffres[0].identifiant}"
    if marques.empty:
        return Figure("")
    premiere, derniere = frise.annees(marques, rapport.annee)
    ecrit = {"premiere": Annee(premiere), "derniere": Annee(derniere)}
    dits = Dits(rapport.dire(mots[0], **ecrit), rapport.dire(mots[1], **ecrit), mots[2])
    with charte(identifiant):
        axes = frise.dessiner(marques, rapport.annee)
    dessin = en_svg(axes, identifiant, dits.titre, typographie(f"{frise.decrire(marques)}."))
    donnees, publiees = frise.tabuler(marques, dits.titre), [c.publiee for c in chiffres]
    bloc = illustrer(rapport, identifiant, dits, dessin, donnees, publiees, f"{premiere}-{rapport.annee}")
    return Figure(bloc.html, axes)


def en_petites_cartes(mots: TitresEtNote, cartes: Mapping[str, Table], bilan: Gabarits) -> Bloc:
    """A small map an indicator, in the same classes; ``bilan``: what is said below each."""
    dites = {nom: (lue.publiee, lue.dire(bilan)) for nom, lue in cartes.items()}
    codes = dict.fromkeys(lue.indicateur.code.lower() for lue in cartes.values())
    rapport = next(iter(cartes.values())).rapport
    titres = rapport.dire(mots[0]), rapport.dire(mots[1])
    return cartographie.figure_des_petites(rapport, "-".join(["cartes", *codes]), titres, dites, mots[2])


def a_explorer(rapport: Rapport, codes: Sequence[str], mots: Titres, identifiant: str) -> Bloc:
    """The map to explore; titles are said of each indicator and each year."""
    vues = []
    for table, dits in explorer.a_montrer(rapport, codes):
        lue = rapport[table.indicateur.code].par("commune").ou(annee=dits["annee"])
        vues.append(Vue(table, lue.dire(mots[0], **dits), lue.dire(mots[1], **dits)))
    premiere = not rapport.explores
    if identifiant in rapport.explores:  # another map of the page has it
        identifiant = f"{identifiant}-{len(rapport.explores) + 1}"
    rapport.explores.add(identifiant)
    return explorer.figure(rapport, vues, identifiant, premiere=premiere)
