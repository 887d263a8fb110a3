"""The documents that frame the allocations, and their state on 31 December."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from cil_analysis.comptage.cadre import PUBLIE
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.formats import RIEN, accorder, date_en_mots, echapper, enumerer
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.tables import Cellule, tableau_libre
from cil_analysis.reference.etats import ECHU, EN_VIGUEUR, documents_connus, etats_des_documents
from cil_analysis.reference.gouvernance import est_fictive
from cil_analysis.reference.texte import typographie

A_RENSEIGNER = "à renseigner"


def constat_du_cadre(rapport: Rapport) -> str:
    """Which documents that have a term are in force on 31 December, and which have run out."""
    documents = documents_dates(rapport)
    documents = documents[documents["fin"].notna()].sort_values(["fin", "debut"])
    jour = date_en_mots(pd.Timestamp(rapport.jour))
    en_vigueur, echus = (
        [nom_court(document) for _, document in documents[documents["etat"].eq(etat)].iterrows()]
        for etat in (EN_VIGUEUR, ECHU)
    )
    if not en_vigueur:
        phrase = f"Au {jour}, aucun document cadre à terme n’est en vigueur"
    else:
        nombre = accorder(len(en_vigueur), "document cadre est", "documents cadres sont")
        phrase = f"Au {jour}, {nombre} en vigueur ({enumerer(en_vigueur)})"
    if echus:
        autres = "autre" if en_vigueur else ""
        sujet, verbe = f"un {autres}", "est arrivé à son terme"
        if len(echus) > 1:
            sujet, verbe = f"{len(echus)} {autres and 'autres'}", "sont arrivés à leur terme"
        phrase += f" ; {sujet.strip()} {verbe} ({enumerer(echus)})"
    return typographie(phrase + ".")


def documents_cadres(rapport: Rapport) -> Bloc:
    """The documents and decisions in a table, oldest first, with the state of those of which it is known."""
    table = documents_dates(rapport).sort_values(["date_adoption", "debut"])
    libelles = rapport.references.nomenclatures["etats_document"].libelles()
    lignes: list[list[str | Cellule]] = [
        [
            typographie(document["intitule"]) + mention(document, "document fictif"),
            *(Cellule(texte, "texte court") for texte in (_date(document), _periode(document))),
            minuscule(libelles[document["etat"]]) if document["etat"] else RIEN,
        ]
        for _, document in table.iterrows()
    ]
    entetes = ["Document", "Date", "Période", f"État au 31 décembre {rapport.annee}"]
    html = tableau_libre("Documents et décisions qui encadrent les attributions", entetes, lignes, [1, 2, 3])
    return Bloc(html + sources(table))


def faits_etablis(rapport: Rapport) -> Bloc:
    """What is known by its years alone, until the report's one; nothing without such a fact."""
    faits = rapport.references.gouvernance.faits
    faits = faits[faits["annee_debut"].le(rapport.annee)].sort_values("annee_debut", kind="stable")
    if faits.empty:
        return Bloc("")
    lignes = [[typographie(f["intitule"]) + mention(f, "fait fictif"), _annees(f)] for _, f in faits.iterrows()]
    html = tableau_libre("Faits établis dont la source ne donne que l’année", ["Fait", "Quand"], lignes, [1])
    return Bloc(html + sources(faits))


def _annees(fait: pd.Series) -> str:
    debut, fin = int(fait["annee_debut"]), fait["annee_fin"]
    if pd.isna(fin):
        return f"depuis {debut}"
    return str(debut) if fin == debut else f"{debut}-{int(fin)}"


def mention(ligne: pd.Series, mots: str) -> str:
    """« (séance fictive) » behind what names a made-up row; nothing behind a real one."""
    return f" ({mots})" if ligne["confiance"] == "FICTIF" else ""


def a_part(table: pd.DataFrame) -> list[tuple[bool, pd.DataFrame]]:
    """The real rows, then the made-up ones, each with whether they are made up; none that is empty."""
    fictives = est_fictive(table)
    return [(est, lignes) for est in (False, True) if not (lignes := table[fictives.eq(est)]).empty]


def reserve(table: pd.DataFrame, une: str, toutes: str) -> str:
    """The sentence that follows one that counts rows, when some are made up: ``une`` or ``toutes`` when all of them.

    Of some alone it is « Dans ce total, 10 sont fictives et 2 réelles. », in the gender of ``une``.
    """
    fictives = int(est_fictive(table).sum()) if len(table) else 0
    reelles, e = len(table) - fictives, ("ve", "le") if une.endswith("fictive") else ("f", "")
    if not fictives:
        return ""
    if not reelles:
        return f" {une if fictives == 1 else toutes}."
    dites = accorder(fictives, f"est ficti{e[0]}", f"sont ficti{e[0]}s")
    return f" Dans ce total, {dites} et {accorder(reelles, f'réel{e[1]}', f'réel{e[1]}s')}."


def sources(lignes: pd.DataFrame) -> str:
    """Where rows are known from, each source once and without what it says of one of them."""
    connues = [re.split(r" ; | \(", str(s))[0] for s in lignes["source"] if s]
    if not connues:
        return ""
    mot, liste = ("Source" if len(set(connues)) == 1 else "Sources"), " ; ".join(dict.fromkeys(connues))
    return f'<p class="note">{echapper(typographie(f"{mot} : {liste}."))}</p>'


def documents_dates(rapport: Rapport) -> pd.DataFrame:
    """The documents known on 31 December, with their ``etat`` that day: a code of etats_document.csv, or empty."""
    jour = pd.Timestamp(rapport.jour)
    documents = documents_connus(rapport.references.documents, jour)
    return documents.assign(etat=etats_des_documents(documents, jour))


def nom_court(document: pd.Series) -> str:
    """The short title of a document: « CIA 2018-2023 » of « Convention … (CIA) 2018-2023 » when it has none."""
    return str(document["court"]) or re.sub(r".*\(([^()]+)\)", r"\1", str(document["intitule"]))


def minuscule(libelle: str) -> str:
    """A label inside a sentence or a cell."""
    return libelle[:1].lower() + libelle[1:]


def jour_en_mots(jour: Any) -> str:
    """A date in words; « à renseigner » when it is not known."""
    return A_RENSEIGNER if pd.isna(jour) else date_en_mots(jour)


def nombre_de(rapport: Rapport, code: str, modalite: str) -> float:
    """The published figure of a category in the year; 0 when there is none."""
    ligne = rapport.classes(code, modalite=modalite).ligne()
    return 0.0 if ligne is None or ligne["statut"] != PUBLIE else float(ligne["valeur"])


def _date(document: pd.Series) -> str:
    """The day of adoption; an act or a convention that has no date at all is to be filled in."""
    connues = document[["date_adoption", "debut", "fin"]].notna()
    if connues["date_adoption"]:
        return date_en_mots(document["date_adoption"])
    return RIEN if connues.any() else A_RENSEIGNER


def _periode(document: pd.Series) -> str:
    debut, fin = document["debut"], document["fin"]
    if pd.isna(debut):
        return RIEN if pd.isna(fin) else f"jusqu’en {fin.year}"
    return f"{debut.year}-{fin.year}" if pd.notna(fin) else f"depuis {debut.year}"
