"""Sentences on the households housed and on their dwellings, beside what applicants are and ask for."""

from __future__ import annotations

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.presentation.formats import nombre, pourcentage
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.sentences_classes import PROCHES, comparer, ecarts_publies, etendue, titre_premiere_part
from cil_analysis.reference.texte import typographie


def constat_des_menages(rapport: Rapport) -> str:
    """The class of all profiles that is the most over-represented among the households housed, or that none is."""
    sensibles = rapport.publication.regles.variables_sensibles
    ecarts = {
        (i.code, str(modalite)): float(ecart)
        for i in rapport.registre.themes["menages"].indicateurs
        if f"{i.code}D" in rapport.publication and i.modalites not in sensibles
        for modalite, ecart in ecarts_publies(rapport.classes(i.code), rapport.classes(f"{i.code}D")).items()
    }
    if not ecarts:
        return f"Les ménages logés en {rapport.annee} ne peuvent pas être comparés aux demandeurs."
    code, modalite = max(ecarts, key=lambda cle: ecarts[cle])
    if ecarts[code, modalite] < PROCHES:
        return "Parmi les profils publiés, aucun ne distingue les ménages logés des demandeurs."
    loges, demandeurs = (rapport.chiffre(c, modalite=modalite) for c in (code, f"{code}D"))
    nom = rapport.publication[code].indicateur.titre.removesuffix(" des ménages logés")
    return typographie(
        f"{nom}, « {rapport.modalites(code)[modalite]} » : {pourcentage(loges)} des ménages logés, "
        f"{pourcentage(demandeurs)} des demandeurs ; c’est le plus grand écart publié entre les uns et les autres."
    )


def constat_profil(rapport: Rapport, code: str) -> str:
    """Which class is the most over-represented among the households housed, or that the profiles are close."""
    loges, demandeurs = (rapport.classes(nom) for nom in (code, code + "D"))
    indicateur = rapport.publication[code].indicateur
    titre = indicateur.titre.removesuffix(" des ménages logés")
    if indicateur.modalites in rapport.publication.regles.variables_sensibles:  # A sensitive variable makes no title.
        return f"{titre} des ménages logés et des demandeurs"
    return comparer(
        loges, demandeurs, rapport.modalites(code), parts=("des ménages logés", "des demandeurs"),
        sinon=f"{titre} : ménages logés en {rapport.annee}",
        proches=f"{titre} : les ménages logés ressemblent aux demandeurs",
    )  # fmt: skip


def titre_typologies(rapport: Rapport, attribues: PublishedTable, demandes: PublishedTable) -> str:
    """The type of dwelling the most over-represented among those allocated, beside those asked for."""
    return comparer(
        attribues, demandes, rapport.modalites("L01"), parts=("des logements attribués", "des logements demandés"),
        sinon=f"Types de logement attribués en {rapport.annee}",
        proches="Les types de logement attribués ressemblent à ceux qui sont demandés",
    )  # fmt: skip


def titre_pression_par_type(rapport: Rapport, table: PublishedTable) -> str:
    """The types between which the pressure ranges."""
    bornes = etendue(table, rapport.modalites("L01T"), "modalite", lambda x: nombre(x, 1))
    if bornes is None:
        return "Demandes pour une attribution selon le type de logement"
    return f"De {bornes[0]} à {bornes[1]} demandes pour une attribution, parmi les types publiés"


def titre_logements(rapport: Rapport, code: str) -> str:
    """The most frequent class of the dwellings allocated (L02, L02P, L02C)."""
    table = rapport.classes(code)
    return titre_premiere_part(
        table, rapport.modalites(code), cle="modalite", rang="la part la plus élevée",
        sinon=table.indicateur.titre,
    )  # fmt: skip
