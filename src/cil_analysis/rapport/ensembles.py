"""Les figures que font plusieurs tables : leurs courbes, un compte, une frise, leurs cartes. Méthodes du rapport."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Unpack

import pandas as pd

from cil_analysis.rapport import annees, comparateurs, tableaux
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.cartes import cartographie
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.dessins import barres
from cil_analysis.rapport.dessins import courbes as dessin_de_courbes
from cil_analysis.rapport.dessins import frise as dessin_d_une_frise
from cil_analysis.rapport.figure import Dits, Figure, illustrer, periode
from cil_analysis.rapport.mots.gabarits import Annee, Gabarits
from cil_analysis.rapport.mots.signes import en_suites
from cil_analysis.rapport.table import Table, montrer

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport


def courbes(
    _rapport: Rapport, titre: Gabarits, sous_titre: Gabarits, series: Mapping[str, Table], entete: str = "",
    donnees: Mapping[str, tableaux.Colonne] | None = None, **reglages: Unpack[dessin_de_courbes.Reglages],
) -> Figure:  # fmt: skip
    """Une courbe par indicateur, de même unité et coupés tous de la même façon, par année ou par classe.

    ``donnees`` : des colonnes de plus dans la table de données.

    >>> rapport.courbes("Titre", "", {"Entrées": rapport["D01"].par("annee")})  # doctest: +SKIP
    """
    tables = list(series.values())
    premiere, marques = tables[0], annees.ruptures_de(tables)
    lues = {nom: list(table) for nom, table in series.items() if len(table)}
    pas = {code: nom for table in tables for code, nom in table.pas.items()}
    voulues = {**series, **(donnees or {})}
    autres, tracees = comparateurs.de_courbes(series, voulues)
    voulues |= comparateurs.en_colonnes(autres)
    dessiner = partial(dessin_de_courbes.dessiner, lues, pas, reglages, marques, tracees)
    dits = premiere.dits(titre, sous_titre, "", en_suites(lues))
    return montrer(tables, annees.en_series(dits, tables, autres=autres), dessiner, voulues, entete)


def cascade(
    rapport: Rapport, titre: Gabarits, sous_titre: Gabarits, etapes: Mapping[str, Table | None],
    donnees: Mapping[str, tableaux.Colonne], note: str = "",
) -> Figure:  # fmt: skip
    """Un compte de l’année : un total, ce qui s’y ajoute, ce qui s’en retire (« - Sorties »), un autre total.

    Une étape sans chiffres (``"Écart": None``) est ce que les autres n’expliquent pas. Là où l’un des termes est masqué
    ou absent, la table de données (``donnees``) prend la place du dessin.
    """
    termes = {nom: table for nom, table in etapes.items() if table is not None}
    *_, arrivee = termes.values()
    lus = [x for x in donnees.values() if isinstance(x, Chiffres)]
    tables = [x.publiee for x in lus]
    tableau = tableaux.croiser(f"Termes du compte, {periode(tables)}", donnees, vides=True)
    est_complet = all(table.seul.est_publie for table in termes.values())
    identifiant = "-".join(["compte", *dict.fromkeys(t.indicateur.code.lower() for t in termes.values())])
    dits = arrivee.dits(titre, sous_titre, note)
    if not est_complet and any(x.a_des_chiffres for x in lus):
        return illustrer(rapport, identifiant, dits, tableau, "", tables, projete=False)
    valeurs = {nom: None if table is None else table.valeur for nom, table in etapes.items()} if est_complet else {}
    chaine = barres.enchainer(valeurs) if valeurs else []
    return illustrer(
        rapport,
        identifiant,
        dits._replace(alternative=f"{' ; '.join(f'{nom}, {b.texte}' for nom, b in chaine)}."),
        partial(barres.dessiner_un_compte, chaine) if chaine else None,
        tableau,
        tables,
    )


def frise(
    rapport: Rapport, titre: Gabarits, sous_titre: Gabarits, tables: Sequence[pd.DataFrame],
    chiffres: Sequence[Table], note: str = "",
) -> Figure:  # fmt: skip
    """Une frise : une ligne par ``nom``, des barres de ``debut`` à ``fin``, des points là où il n’y a pas de fin.

    ``chiffres`` : ceux qui comptent ce qu’elle montre, pour sa source et ses définitions. Les colonnes ``fort`` et
    ``mots`` d’une table disent ce qui est en couleur et ce qui s’écrit à côté.

    >>> rapport.frise("Les documents dans le temps", "", [documents], [rapport["G06"]])  # doctest: +SKIP
    """
    marques, identifiant = dessin_d_une_frise.marques(tables), f"frise-{chiffres[0].identifiant}"
    if marques.empty:
        return Figure("")
    premiere, derniere = dessin_d_une_frise.annees(marques, rapport.annee)
    ecrit = {"premiere": Annee(premiere), "derniere": Annee(derniere)}
    alternative = f"{dessin_d_une_frise.decrire(marques)}."
    dits = Dits(rapport.dire(titre, **ecrit), rapport.dire(sous_titre, **ecrit), note, alternative)
    return illustrer(
        rapport, identifiant, dits, partial(dessin_d_une_frise.dessiner, marques, rapport.annee),
        dessin_d_une_frise.tabuler(marques, dits.titre), [c.publiee for c in chiffres], f"{premiere}-{rapport.annee}",
    )  # fmt: skip


def petites_cartes(
    rapport: Rapport, titre: Gabarits, sous_titre: Gabarits, cartes: Mapping[str, Table], note: str = "",
    bilan: Gabarits = "",
) -> Bloc:  # fmt: skip
    """Une petite carte par indicateur, dans les mêmes classes : ``{"Un nom": rapport["O01"].par("commune")}``.

    ``bilan`` : ce qui se dit sous chacune.
    """
    codes = dict.fromkeys(lue.indicateur.code.lower() for lue in cartes.values())
    dits = Dits(rapport.dire(titre), rapport.dire(sous_titre), note)
    return cartographie.figure_des_petites(rapport, "-".join(["cartes", *codes]), dits, cartes, bilan)
