"""« cil secret »."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from cil_analysis.commandes.commun import (
    REFUS_DE_COMPTES,
    Declarer,
    exiger_hors_des_rapports,
    lire_annee,
    montrer,
    ouvrir_references,
)
from cil_analysis.commandes.console.tableaux import tableau

if TYPE_CHECKING:
    import pandas as pd

    from cil_analysis.grammaire.indicateur import Indicateur
    from cil_analysis.secret.preuve.audit import Deduction
    from cil_analysis.secret.regles import ReglesSecret

_LIEUX = {"epci": "", "commune": "commune", "qpv": "quartier", "en_qpv": "en quartier", "hors_qpv": "hors quartier"}
_ACTEURS = {"": "", "bailleur": "bailleur", "reservataire": "réservataire"}


def declarer(commande: Declarer) -> None:
    """Add the command to the parser."""
    secret = commande("secret", "Prouver le secret statistique d’un bilan publié.", _secret)
    secret.add_argument("--annee", type=lire_annee, required=True, metavar="AAAA")
    secret.add_argument(
        "--lecteur",
        choices=("bailleur", "reservataire"),
        help="dire aussi ce que chaque bailleur (ou réservataire), qui connaît ses propres baux, déduirait des autres",
    )


def _secret(options: argparse.Namespace) -> int:
    from cil_analysis.commandes.secret_suites import ce_que_deduisent, ce_qui_manque
    from cil_analysis.secret.comptage import compter_annee
    from cil_analysis.secret.preuve.preuve import prouver
    from cil_analysis.secret.publication import expliquer_annee
    from cil_analysis.secret.publies import lire_chiffres, lire_publications
    from cil_analysis.secret.regles import regles_secret

    references, annee = ouvrir_references(options), int(options.annee)
    projet = references.projet
    exiger_hors_des_rapports(projet, REFUS_DE_COMPTES)
    publie = lire_chiffres(projet.rapports / str(annee))
    comptes = compter_annee(projet, references, annee)
    deductions = prouver(projet, references, annee, dementis=comptes.dementis())
    cadre = expliquer_annee(projet, comptes, annee)
    autres = lire_publications(projet)
    montrer([
        f"Secret statistique du bilan {annee} – usage interne : ne pas diffuser ces comptes",
        f"Fichiers lus : reports/{annee}{_ailleurs(sorted(set(autres) - {annee}))}.",
        "",
        *_regles(regles_secret(references.parametres, annee)),
        "",
        *_tables(cadre, deductions, annee),
        "",
        *_communes(cadre[cadre["annee"].eq(annee)], comptes.indicateurs),
        "",
        *_conclusion(cadre, deductions),
        "",
        *ce_qui_manque(projet, references, comptes, cadre, annee),
        *(["", *ce_que_deduisent(projet, references, comptes, annee, options.lecteur)] if options.lecteur else []),
    ])  # fmt: skip
    if not _masque_encore(publie, cadre):
        montrer([
            "Attention : les données ou les règles ont changé depuis ce bilan, qui ne masque plus les mêmes cases. "
            f"Relancez « cil bilan --annee {annee} ».",
        ])  # fmt: skip
    return 0


def _masque_encore(publie: pd.DataFrame, cadre: pd.DataFrame) -> bool:
    """Whether the figures that are published mask the cases that the rules of today mask."""
    from cil_analysis.comptage.cadre import CLES, SECRET

    publiees = set(publie.loc[publie["statut"].eq(SECRET), CLES].itertuples(index=False, name=None))
    return publiees == set(cadre.loc[cadre["motif"].ne(""), CLES].itertuples(index=False, name=None))


def _ailleurs(annees: Sequence[int]) -> str:
    return f", et les bilans publiés de {', '.join(map(str, annees))}" if annees else ""


def _regles(regles: ReglesSecret) -> list[str]:
    zeros = "publiés" if regles.zeros_publies else "masqués"
    sensible = f", {regles.seuil_sensible} pour une variable sensible" if regles.variables_sensibles else ""
    return [
        f"Règles : effectif publié à partir de {regles.seuil_effectif}{sensible} ; zéros {zeros} ; pas de part sous "
        f"{regles.denominateur_minimal} ménages ; un lecteur hésite entre {regles.largeur + 1} valeurs au moins."
    ]


def _tables(cadre: pd.DataFrame, deductions: Sequence[Deduction], annee: int) -> list[str]:
    """One line a table that masks something, the years of the bilan together, then the total."""
    from cil_analysis.secret.regles import SECONDAIRE

    groupes = cadre.groupby(["indicateur", "perimetre_type", "acteur_type"], sort=False)
    lignes = []
    for cles, groupe in groupes:
        if groupe["motif"].eq("").all():
            continue
        code, lieu, acteur = map(str, cles)
        quoi = " × ".join(mot for mot in (_LIEUX.get(lieu, lieu), _ACTEURS.get(acteur, acteur)) if mot)
        secondaires = int(groupe["motif"].eq(SECONDAIRE).sum())
        masques = int(groupe["motif"].ne("").sum())
        siennes = [d for d in deductions if code in d.tables]
        lignes.append(
            (f"{code} {quoi}".strip(), str(len(groupe)), str(masques), str(masques - secondaires), str(secondaires),
             _plus_etroit(siennes))
        )  # fmt: skip
    masques, secondaires = int(cadre["motif"].ne("").sum()), int(cadre["motif"].eq(SECONDAIRE).sum())
    total = ("Ensemble du bilan", str(len(cadre)), str(masques), str(masques - secondaires), str(secondaires),
             _plus_etroit([d for d in deductions if d.tables]))  # fmt: skip
    annees = sorted({int(a) for a in cadre["annee"]})
    periode = f"{annees[0]}-{annees[-1]}" if len(annees) > 1 else str(annee)
    entetes = (f"Table, {periode}", "Chiffres", "Masqués", "Primaires", "Secondaires", "Intervalle le plus étroit")
    return tableau(entetes, [*lignes, total], retrait=0)


def _plus_etroit(deductions: Iterable[Deduction]) -> str:
    """The narrowest interval of the cases that may be small counts, else of the other secret ones, as « 0 à 8 »."""
    from cil_analysis.rapport.mots.formats import nombre

    toutes = list(deductions)
    petites = [d for d in toutes if d.besoin > 1] or [d for d in toutes if d.besoin]
    if not petites:
        return "–"
    etroite = min(petites, key=lambda d: (d.largeur, d.annee, d.case.cle))
    return f"{nombre(etroite.bas)} à {nombre(etroite.haut)}"


def _communes(cadre: pd.DataFrame, indicateurs: Mapping[str, Indicateur]) -> list[str]:
    """How many communes a map hides for each objective, and why."""
    from cil_analysis.secret.regles import MOTIFS

    lignes = [f"Communes masquées sur les cartes de {cadre['annee'].iloc[0]} :"]
    simples = cadre["modalite"].eq("") & cadre["acteur_type"].eq("")
    for code, groupe in cadre[cadre["perimetre_type"].eq("commune") & simples].groupby("indicateur"):
        if not indicateurs[str(code)].a_objectif:
            continue
        motifs = groupe.loc[groupe["motif"].ne(""), "motif"].value_counts()
        pourquoi = " ; ".join(f"{MOTIFS[str(nom)]} : {n}" for nom, n in motifs.items())
        lignes.append(f"  {code} : {int(motifs.sum())} sur {len(groupe)}{f' ({pourquoi})' if pourquoi else ''}")
    return lignes


def _conclusion(cadre: pd.DataFrame, deductions: Sequence[Deduction]) -> list[str]:
    cases = [d for d in deductions if d.tables]
    if not cases:
        return ["Aucune case n’est masquée."]
    petits = [d for d in cases if d.besoin > 1]
    return [
        "Prouvé, quels que soient les chiffres publiés que l’on combine. Effectifs masqués qui peuvent être petits : "
        f"{len(petits)}, dont aucun ne se déduit de plus près que le dit la règle. Autres effectifs masqués : "
        f"{sum(d.besoin == 1 for d in cases)}, dont aucun ne se calcule exactement. Dénominateurs de parts ou de "
        f"médianes masquées, sans secret (nuls, ou au-dessus du seuil) : {sum(d.besoin == 0 for d in cases)}."
    ]
