"""Ce que disent les tables de gouvernance au 31 décembre de l’année, en tables : des faits publics, jamais leur compte.

Une ligne est un document, une séance, un changement, une décision ou une action ; ce qui est daté d’après n’y est pas.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from cil_analysis.grammaire.indicateur import COMMUNE, EN_QPV, HORS_QPV, QPV
from cil_analysis.grammaire.libelles import titre_seul
from cil_analysis.rapport.annees import note_des_ruptures, ruptures_de
from cil_analysis.rapport.axes import ZONES
from cil_analysis.rapport.mots.formats import RIEN, accorder, date_en_mots
from cil_analysis.rapport.mots.gabarits import Annee
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.rapport.tableaux import A_RENSEIGNER, FICTIF, Marque
from cil_analysis.reference.systemes import gouvernance as vie_de_la_cil
from cil_analysis.reference.tables import en_vigueur
from cil_analysis.reference.texte import enumerer
from cil_analysis.systemes.gouvernance import genre_du_perimetre

_SIEGES = {"ENTREE": "siège pourvu", "SORTIE": "siège quitté"}
_AXES = {EN_QPV: "zone", HORS_QPV: "zone", COMMUNE: "commune", QPV: "quartier"}  # by type of perimeter
_COMMUNES = {"membre_du": ("+", "entrée", "entrées"), "membre_au": ("−", "sortie", "sorties")}


def documents(rapport: Rapport) -> pd.DataFrame:
    """Du plus ancien au plus récent ; ``code`` : son état, ou rien ; ``debut`` : d’un acte, son jour."""
    jour = pd.Timestamp(rapport.jour)
    documents = rapport.references.gouvernance.documents
    connus = vie_de_la_cil.documents_connus(documents, jour).sort_values(["date_adoption", "debut"])
    codes, adoption, a_terme = (
        vie_de_la_cil.etats_des_documents(connus, jour),
        connus["date_adoption"],
        connus["fin"].notna(),
    )
    periode = periodes(connus["debut"].dt.year, connus["fin"].dt.year)
    etat = _en_mots(codes, rapport, "etats_document")
    quand = _dates_en_mots(adoption).where(adoption.notna(), periode.str.removeprefix("depuis ")).mask(a_terme, periode)
    court = connus["intitule"].str.replace(r".*\(([^()]+)\)", r"\1", regex=True)
    return connus.assign(
        nom=connus["court"].where(connus["court"].ne(""), court) + _si_fictif(connus, " (document fictif)"),
        adoption=adoption.astype(object).mask(adoption.isna() & periode.ne(""), RIEN),
        periode=periode.replace("", RIEN), code=codes, etat=etat.replace("", RIEN),
        debut=connus["debut"].fillna(adoption).where(a_terme, vie_de_la_cil.date_du_document(connus)),
        quand=quand, fort=codes.eq(vie_de_la_cil.EN_VIGUEUR) | ~a_terme, mots=etat.where(a_terme, quand),
    )  # fmt: skip


def seances(rapport: Rapport) -> pd.DataFrame:
    """De la plus ancienne à la plus récente ; ``reunion`` : comment on la nomme, ``nom`` : sa ligne dans une frise."""
    toutes = rapport.references.gouvernance.seances
    tenues = toutes[toutes["date"].le(pd.Timestamp(rapport.jour))].sort_values("date")
    plenieres = tenues["type"].eq("PLENIERE")
    nom = plenieres.map({True: "Séances plénières", False: "Autres réunions"}) + _si_fictif(tenues, " fictives")
    reunion = tenues["type"].map(rapport.references.nomenclatures["types_seance"].libelles())
    return tenues.assign(annee=tenues["date"].dt.year, reunion=reunion, nom=nom, debut=tenues["date"], fort=plenieres)


def membres(rapport: Rapport) -> pd.DataFrame:
    """Les sièges pourvus, dans l’ordre de la table."""
    tous = rapport.references.gouvernance.membres
    tenus = tous[en_vigueur(tous, "debut", "fin", pd.Timestamp(rapport.jour))]
    college = tenus["college"].map(rapport.references.nomenclatures["colleges"].libelles())
    return tenus.assign(role=tenus["role"].replace("", RIEN), college=college)


def changements(rapport: Rapport) -> pd.DataFrame:
    """Les sièges changés, les communes arrivées ou parties, le plus récent d’abord, sauf la première composition.

    ``quand`` : le jour, ou l’année quand le jour est supposé ; ``nom``, ``mots`` : sa ligne dans une frise.
    """
    sieges, communes = rapport.references.gouvernance.membres, rapport.references.territoire.communes
    annees = {int(a) for c in ("debut", "fin") for a in sieges[c].dt.year.dropna() if a <= rapport.annee}
    lignes = [
        (m["jour"], date_en_mots(m["jour"]), _SIEGES[m["mouvement"]], m["organisation"], m["motif"], "", m["confiance"])
        for annee in sorted(annees)
        for m in vie_de_la_cil.mouvements(sieges, annee).to_dict("records")
    ]
    for colonne, (signe, une, plusieurs) in _COMMUNES.items():
        dates = communes[colonne].where(communes[colonne].gt(communes["membre_du"].min()))
        for jour, siennes in communes[dates.le(pd.Timestamp(rapport.jour))].groupby(dates):
            quand = date_en_mots(jour) if siennes["confiance"].eq("C").all() else str(jour.year)
            quoi = accorder(len(siennes), f"commune {une}", f"communes {plusieurs}")
            lignes.append((jour, quand, quoi, enumerer(sorted(siennes["nom"])), "", f"{signe}{len(siennes)}", ""))
    table = pd.DataFrame(lignes, columns=["debut", "quand", "quoi", "qui", "motif", "mots", "confiance"])
    nom = table["mots"].eq("").map({False: "Communes membres", True: "Changements de sièges"})
    nom = nom + _si_fictif(table, " (fictifs)")
    table = table.assign(nom=nom, fort=table["mots"].ne(""), motif=table["motif"].replace("", RIEN))
    return table.sort_values("debut", ascending=False, kind="stable")


def decisions(rapport: Rapport) -> pd.DataFrame:
    """D’abord celles en retard, puis celles en cours par échéance, puis celles qui sont closes (``close``)."""
    toutes, jour = rapport.references.gouvernance.decisions, pd.Timestamp(rapport.jour)
    prises = toutes[~toutes["date"].gt(jour)]
    codes = vie_de_la_cil.etats_des_decisions(prises, jour)
    etat = {"code": codes, "mots": _en_mots(codes, rapport, "etats_suivi"), "close": codes.isin(vie_de_la_cil.CLOSES)}
    prises = prises.assign(en_retard=vie_de_la_cil.est_en_retard(prises, jour), **etat)
    ordre = [True, False, True, True]
    prises = prises.sort_values(["close", "en_retard", "echeance", "date"], ascending=ordre, kind="stable")
    noms = pd.concat([seances(rapport).set_index("seance")["reunion"], documents(rapport).set_index("document")["nom"]])
    ou = prises["seance"].where(prises["seance"].ne(""), prises["document"]).map(noms.to_dict()).fillna("")
    prises["prise"] = (ou + ", " + _dates_en_mots(prises["date"]).replace("", A_RENSEIGNER)).str.removeprefix(", ")
    return prises.assign(etat=pd.Series([_etat(d) for _, d in prises.iterrows()], prises.index, "object"))


def _etat(decision: pd.Series) -> str | Marque:
    """« ✗ en retard (en cours) », « ✓ faite le 1er octobre 2022 »."""
    mots, suivi = str(decision["mots"]), decision["date_suivi"]
    quand = f" le {date_en_mots(suivi)}" if decision["close"] and pd.notna(suivi) else ""
    if decision["en_retard"]:
        return Marque("en retard", False, f" ({mots})" if mots else "")
    return Marque(mots, True, quand) if decision["code"] == vie_de_la_cil.FAITE else mots + quand


def actions(rapport: Rapport) -> pd.DataFrame:
    """Dans l’ordre de la table ; ``mesure`` : son indicateur en mots, ``chiffre`` : ce qui en est publié."""
    toutes = rapport.references.gouvernance.actions
    codes = vie_de_la_cil.etats_des_actions(toutes, pd.Timestamp(rapport.jour))
    axe, intitule, indicateurs = toutes["axe"], toutes["intitule"], toutes["indicateur"]
    lus = {c: rapport[c] for c in indicateurs if c in rapport.publication}
    return toutes.assign(
        nom=intitule.where(axe.eq(""), axe + " : " + _minuscules(intitule)),
        etat=_en_mots(codes, rapport, "etats_suivi"),
        mesure=[f"{titre_seul(lus[c].indicateur)} ({c})" if c in lus else c for c in indicateurs],
        chiffre=pd.Series([(c in lus and lus[c].ensemble) or RIEN for c in indicateurs], toutes.index, "object"),
        periode=periodes(toutes["debut"].dt.year, toutes["fin"].dt.year),
    )


def effets(rapport: Rapport) -> pd.DataFrame:
    """Les décisions qui visent un indicateur, la plus ancienne d’abord, et ce qui en est publié, sans dire de cause.

    ``mesure`` : l’indicateur et son périmètre en mots ; ``avant`` : son chiffre de l’année d’avant la décision ; une
    colonne par année du rapport, « – » avant la décision.
    """
    prises = decisions(rapport)
    suivies = prises[prises["indicateur"].ne("") & prises["date"].notna()].sort_values("date", kind="stable")
    series, mesures = [], []
    for code, perimetre in zip(suivies["indicateur"], suivies["perimetre"], strict=True):
        axe = _AXES.get(genre_du_perimetre(rapport.references, perimetre))
        vises = rapport[code].ou(**{axe: perimetre} if axe else {}).par("annee")
        series.append({int(c.cle[0]): c for c in vises})
        lieu = ZONES.get(perimetre, "").lower() or rapport.perimetres.get(perimetre, "")
        mesures.append(f"{titre_seul(vises.indicateur)} ({code}){f', {lieu}' if lieu else ''}")
    annees = suivies["date"].dt.year
    colonnes = {
        "mesure": mesures,
        "avant": [serie.get(annee - 1, RIEN) for serie, annee in zip(series, annees, strict=True)],
    } | {
        str(une): [serie.get(une, RIEN) if une >= de else RIEN for serie, de in zip(series, annees, strict=True)]
        for une in rapport.annees
    }  # fmt: skip
    return suivies.assign(**{nom: pd.Series(x, suivies.index, "object") for nom, x in colonnes.items()})


def ruptures_des_effets(rapport: Rapport, vises: pd.DataFrame) -> str:
    """Ce qui empêche de comparer des années de ces indicateurs, en une phrase ; rien quand rien ne l’empêche."""
    return note_des_ruptures(ruptures_de([rapport[code].par("annee") for code in vises["indicateur"]]))


def premiere_annee(rapport: Rapport) -> Annee:
    """La première année du rapport depuis le début de la convention en vigueur."""
    debut = rapport.references.debut_de_la_convention(rapport.annee)
    return Annee(min(annee for annee in rapport.annees if annee >= min(debut, rapport.annee)))


def fictifs(table: pd.DataFrame, un: str = "fictive", plusieurs: str = "fictives") -> str:
    """Ce qui suit le compte de lignes dont il y a d’inventées : « (fictives) », « (dont 2 fictives) »."""
    inventees = int(table["confiance"].eq(FICTIF).sum())
    if 0 < inventees < len(table):
        return f" (dont {accorder(inventees, un, plusieurs)})"
    return f" ({un if inventees == 1 else plusieurs})" if inventees else ""


# --- Their words -----------------------------------------------------------------------------------------------------


def _en_mots(codes: pd.Series, rapport: Rapport, nomenclature: str) -> pd.Series:
    """The labels of codes inside a sentence or a cell: « en cours »; nothing where there is no code."""
    libelles = rapport.references.nomenclatures[nomenclature].libelles()
    return _minuscules(codes.map(libelles).fillna("").astype("str"))


def _minuscules(mots: pd.Series) -> pd.Series:
    """Words as they begin inside a sentence."""
    dits: pd.Series = mots.str[:1].str.lower() + mots.str[1:]
    return dits


def _dates_en_mots(jours: pd.Series) -> pd.Series:
    """« 1er juin 2022 », nothing where there is no day."""
    return pd.Series(["" if pd.isna(jour) else date_en_mots(jour) for jour in jours], jours.index, "str")


def _si_fictif(table: pd.DataFrame, mots: str) -> pd.Series:
    """Words behind what names a line that is made up, nothing behind the others."""
    return table["confiance"].map({FICTIF: mots}).fillna("").astype("str")


def periodes(debuts: pd.Series, fins: pd.Series) -> pd.Series:
    """Des années en mots : « 2018-2023 », « 2022 », « depuis 2020 », « jusqu’en 2021 », ou rien."""
    return pd.Series([_periode(*x) for x in zip(debuts, fins, strict=True)], debuts.index, "str")


def _periode(debut: Any, fin: Any) -> str:
    if pd.isna(fin):
        return "" if pd.isna(debut) else f"depuis {debut:.0f}"
    if pd.isna(debut):
        return f"jusqu’en {fin:.0f}"
    return f"{debut:.0f}" if debut == fin else f"{debut:.0f}-{fin:.0f}"
