"""The example project: a copy of the reference data, with everything that is not public made up and labelled so."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import yaml

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.exemple.gouvernance import ecrire_la_gouvernance
from cil_analysis.exemple.tables import (
    DIT,
    FICTIF,
    NOM_DE_RESIDENCE,
    RESIDENCE,
    comparateurs_fictifs,
    ecrire_table,
    grilles_fictives,
    objectifs_fictifs,
    secteurs_fictifs,
)
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.secteurs import RESIDENCES
from cil_analysis.reference.seuils import FICHIER, NOMS
from cil_analysis.reference.tables import en_tete, lire_rangees
from cil_analysis.reference.territoire import Territoire

_DELAI_ANORMAL_MOIS = 30
# The made-up rows that are the same for every territory and year: rules of priority, criteria of the scoring grids.
_TABLES = Path(__file__).with_name("reference")
# Made-up social dwellings for an inhabitant: of the central commune, of the others that a QPV touches, then of the rest
# by their number of inhabitants (from, share). The smallest have none, as happens at the edge of an urban community.
_PART_DU_CENTRE, _PART_A_QPV = 0.12, 0.24
_PARTS_PAR_TAILLE = ((0, 0.0), (800, 0.02), (2_000, 0.08), (3_500, 0.10))
_HABITANTS_INCONNUS = (60_000, 3_000)  # of the central commune, of another
# Code → share of the allocations, and of the stock.
BAILLEURS: dict[str, float] = {f"B{rang}": part for rang, part in enumerate(DIT["bailleurs"].values(), start=1)}


class Effectifs(NamedTuple):
    """About how many leases and requests a year has."""

    attributions: int = 3_000
    demandes: int = 12_000


EFFECTIFS = Effectifs()


@dataclass(frozen=True)
class Decor:
    """What the made-up rows are drawn from.

    One row of ``communes`` is a member commune: code, name, share of the allocations, made-up stock, chance of the
    first quartile outside QPV, and whether it has a QPV. ``seuils``: Q1, Q2 and Q3 by year.
    """

    communes: pd.DataFrame
    seuils: dict[int, tuple[int, ...]]
    effectifs: Effectifs = EFFECTIFS


def creer_projet(modele: Projet, dossier: Path, annees: Sequence[int], graine: int) -> tuple[Projet, Decor]:
    """Write the example project's reference data under ``dossier``; its data and reports of an earlier run go."""
    if (dossier / "data").exists() and not ouvrir_projet(dossier).donnees_fictives:
        raise ErreurCIL(
            f"{dossier} contient un projet réel : l’exemple l’effacerait. Choisissez un autre dossier pour l’exemple."
        )
    for sous_dossier in ("data", "reports", "commentaires"):
        shutil.rmtree(dossier / sous_dossier, ignore_errors=True)
    for sous_dossier in ("data/raw", "data/processed", "reports"):
        (dossier / sous_dossier).mkdir(parents=True)
    for sous_dossier in (".", "data/raw", "reports"):
        (dossier / sous_dossier / "DONNEES-FICTIVES.txt").write_text(DIT["avis"], encoding="utf-8")
    reference = dossier / "data" / "reference"
    shutil.copytree(modele.reference, reference)
    reglages = yaml.safe_load((modele.reference / "projet.yml").read_text(encoding="utf-8"))
    reglages |= {"identifiant": f"exemple-{modele.identifiant}", "donnees_fictives": True}
    (reference / "projet.yml").write_text(yaml.safe_dump(reglages, allow_unicode=True, sort_keys=False), "utf-8")
    projet = ouvrir_projet(dossier)
    decor = _planter_decor(References(projet), annees, graine)
    for table in _TABLES.rglob("*.csv"):
        (reference / table.relative_to(_TABLES)).write_bytes(table.read_bytes())
    _ecrire_les_tables(reference, References(projet), decor, annees)
    ecrire_la_gouvernance(reference / "governance", annees, graine)
    _ecrire_delai_anormal(reference, annees)
    commentaires = projet.commentaires / str(max(annees))
    commentaires.mkdir(parents=True)
    (commentaires / "demande.md").write_text(DIT["commentaire"], encoding="utf-8")
    return projet, decor


def _planter_decor(references: References, annees: Sequence[int], graine: int) -> Decor:
    hasard = np.random.default_rng([graine, 0])
    territoire = references.territoire
    membres = territoire.membres(pd.Timestamp(max(annees), 12, 31).date())
    codes = membres["code_insee"].tolist()
    quartier = membres["code_insee"].isin(territoire.qpv_communes["code_insee"])
    logements = _logements(membres["code_insee"], quartier, territoire)
    return Decor(
        communes=pd.DataFrame(
            {
                "code_insee": codes,
                "nom": membres["nom"],
                "poids": logements / logements.sum(),  # Leases are drawn in proportion to dwellings.
                "logements": logements,
                "chance_q1": hasard.uniform(0.10, 0.31, len(codes)),
                "a_qpv": quartier,
            }
        ),
        seuils={annee: tuple(int(s * (1 + 0.012 * rang)) for s in (8_500, 12_400, 17_200))
                for rang, annee in enumerate(sorted(annees))},
    )  # fmt: skip


def _logements(codes: pd.Series, a_qpv: pd.Series, territoire: Territoire) -> pd.Series:
    """The made-up stock of each commune: a share of its inhabitants, or of a usual number where none are known."""
    communes = territoire.communes.drop_duplicates("code_insee", keep="last").set_index("code_insee")
    connues = communes.get("population", pd.Series(dtype="object")).reindex(codes).reset_index(drop=True)
    est_centre = codes.eq(territoire.commune_centre)
    defaut = pd.Series(np.where(est_centre, *_HABITANTS_INCONNUS), codes.index)
    habitants = pd.to_numeric(connues, errors="coerce").fillna(defaut)
    part = habitants.map(lambda n: next(part for des, part in reversed(_PARTS_PAR_TAILLE) if n >= des))
    part = part.mask(a_qpv, _PART_A_QPV).mask(est_centre, _PART_DU_CENTRE)
    return (habitants * part).round().astype(int)


def _ecrire_delai_anormal(reference: Path, annees: Sequence[int]) -> None:
    chemin = reference / "parameters" / "fichier_departemental.yml"
    parametres = yaml.safe_load(chemin.read_text(encoding="utf-8"))
    fictif = {"reference": [{"title": FICTIF, "href": ""}], "confidence": "FICTIF"}
    dit = {"value": _DELAI_ANORMAL_MOIS} | fictif
    parametres["delai_anormalement_long"]["values"] = {f"{min(annees)}-01-01": dit}
    chemin.write_text(yaml.safe_dump(parametres, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _ecrire_les_tables(reference: Path, references: References, decor: Decor, annees: Sequence[int]) -> None:
    """Replace the rows of the tables that are local."""
    communes, quartiers = decor.communes, references.territoire.table_qpv["code"]
    _, du_modele = lire_rangees(reference / "parameters" / "objectifs.csv")
    selon_le_logiciel = {
        "parameters/objectifs": objectifs_fictifs(du_modele, communes, annees),
        "cotation/grilles": grilles_fictives(references.tables["governance/documents"], annees),
        "comparateurs": comparateurs_fictifs(annees),
        "territory/secteurs": secteurs_fictifs(communes, quartiers),
    }
    for nom, lignes in selon_le_logiciel.items():
        ecrire_table(reference, nom, lignes, en_tete(nom))
    seuils = [dict(zip(("annee", *NOMS), (annee, *valeurs), strict=True)) for annee, valeurs in decor.seuils.items()]
    ecrire_table(reference, f"parameters/{FICHIER}", seuils)
    bailleurs = [
        {"code": c, "libelle": n, "alias": f"{n} (fictif)"} for c, n in zip(BAILLEURS, DIT["bailleurs"], strict=True)
    ]
    ecrire_table(reference, "nomenclatures/bailleurs", bailleurs)
    ecrire_table(reference, f"nomenclatures/{RESIDENCES}", [{"code": RESIDENCE, "libelle": NOM_DE_RESIDENCE}])
    parc = list(zip(communes["code_insee"], communes["logements"], strict=True))
    logements = [{"code_insee": code, "annee": annee, "logements": n} for annee in annees for code, n in parc]
    ecrire_table(reference, "territory/parc_social", logements)
