"""Sentences on the file of requests: its account, what leaves it, the pressure, the wait, where applicants live."""

from __future__ import annotations

from typing import NamedTuple

from cil_analysis.comptage.cadre import PUBLIE
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE
from cil_analysis.grammaire.termes import HORS_EPCI
from cil_analysis.presentation.formats import accorder, mois, nombre, pourcentage
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.sentences_classes import comparer
from cil_analysis.presentation.sentences_demande import demandes
from cil_analysis.reference.texte import typographie

NOTE_ECART = (
    "Écart de décompte : stock à la fin de l’année, moins le stock au début, moins les nouvelles demandes, plus les "
    "sorties. Il réunit ce que les extraits ne disent pas : demandes réactivées ou entrées dans le périmètre, dates de "
    "dépôt corrigées ou manquantes, numéros perdus, radiations saisies l’année suivante."
)


class Compte(NamedTuple):
    """The account of a year, in requests: stock of 31 December before, entries, exits, stock of 31 December."""

    debut: float
    entrees: float
    sorties: float
    fin: float

    @property
    def ecart(self) -> float:
        """What entries and exits do not explain of the change of the stock."""
        return self.fin - self.debut - self.entrees + self.sorties


def compte(rapport: Rapport, annee: int) -> Compte | None:
    """The account of a year from published figures; None when one of them is not."""
    if annee - 1 not in rapport.annees:
        return None
    chiffres = [
        rapport.chiffre(code, an) for code, an in (("V02", annee - 1), ("D01", annee), ("D02", annee), ("V02", annee))
    ]
    debut, entrees, sorties, fin = chiffres
    if debut is None or entrees is None or sorties is None or fin is None:
        return None
    return Compte(debut, entrees, sorties, fin)


def signe_du_nombre(x: float) -> str:
    """« +120 », « −45 », « 0 »."""
    return f"+{nombre(x)}" if x > 0 else nombre(x)


def constat_du_fichier(rapport: Rapport) -> str:
    """The finding on stock and flows."""
    stock, entrees, sorties = (rapport.chiffre(code) for code in ("V02", "D01", "D02"))
    if entrees is None or sorties is None:
        return f"Les entrées et les sorties du fichier ne sont pas toutes connues en {rapport.annee}."
    debut = f"En {rapport.annee}, {accorder(entrees, 'demande a été déposée', 'demandes ont été déposées')} et "
    debut += accorder(sorties, "est sortie du fichier", "sont sorties du fichier")
    if stock is None:
        return f"{debut}."
    return f"{debut} ; {accorder(stock, 'est active', 'sont actives')} au 31 décembre."


def titre_compte(rapport: Rapport) -> str:
    """Whether more came in than left."""
    entrees, sorties = rapport.chiffre("D01"), rapport.chiffre("D02")
    if entrees is None or sorties is None:
        return f"Le compte des demandes en {rapport.annee}"
    solde = entrees - sorties
    if solde == 0:
        return f"En {rapport.annee}, autant d’entrées que de sorties"
    sens = "de plus" if solde > 0 else "de moins"
    return f"En {rapport.annee}, {accorder(abs(solde), 'entrée', 'entrées')} {sens} que de sorties"


def titre_flux(rapport: Rapport) -> str:
    """Entries for one exit, in the year of the report."""
    entrees, sorties = rapport.chiffre("D01"), rapport.chiffre("D02")
    if entrees is None or not sorties:
        return "Entrées et sorties du fichier"
    rapport_ = round(100 * entrees / sorties)
    return f"{accorder(rapport_, 'nouvelle demande', 'nouvelles demandes')} pour 100 sorties en {rapport.annee}"


def titre_mois(rapport: Rapport) -> str:
    """The month of most filings, when it is told from the next one."""
    table, noms = rapport.classes("D01M"), rapport.modalites("D01M")
    publies = table.donnees[table.donnees["statut"].eq(PUBLIE)].sort_values("valeur", ascending=False)
    sinon = f"Les mouvements du fichier en {rapport.annee}, mois par mois"
    if table.nb_secrets or len(publies) < 2 or publies.iloc[0]["valeur"] == publies.iloc[1]["valeur"]:
        return sinon
    premier = publies.iloc[0]
    mois_ = noms[str(premier["modalite"])].lower()
    de = "d’" if mois_[0] in "aeiouyéèœ" else "de "
    return f"Le mois {de}{mois_} compte le plus de nouvelles demandes : {nombre(premier['valeur'])}"


def constat_sorties(rapport: Rapport) -> str:
    """The finding on exits: the share that is housed, and the first other motive."""
    table, noms = rapport.classes("D03"), rapport.modalites("D03")
    publies = table.donnees[table.donnees["statut"].eq(PUBLIE)].set_index("modalite")["valeur"]
    if "RADATT" not in publies:
        return f"Les motifs des sorties de {rapport.annee} ne sont pas publiés."
    phrase = f"{pourcentage(publies['RADATT'])} des sorties du fichier sont des logements attribués"
    autres = publies.drop(index=["RADATT", NON_RENSEIGNE], errors="ignore")
    if not table.nb_secrets and len(autres) and autres.max() > 0:
        motif = noms[str(autres.idxmax())]
        phrase += f" ; le premier autre motif est : {motif[0].lower()}{motif[1:]} ({pourcentage(autres.max())})"
    return phrase + "."


def titre_sorties(rapport: Rapport) -> str:
    """The share of the exits that is housed."""
    part = rapport.chiffre("D03", modalite="RADATT")
    if part is None:
        return "Sorties du fichier par motif"
    return f"{pourcentage(part)} des sorties de {rapport.annee} se font par un logement"


def titre_publics(rapport: Rapport) -> str:
    """The public of most requests for one allocation."""
    return _premiere_pression(rapport, "D05", "Pression de la demande dans chaque public suivi", ())


def titre_residences(rapport: Rapport) -> str:
    """The commune of residence of most requests for one allocation."""
    sinon = "Pression de la demande selon la commune où habite le ménage"
    return _premiere_pression(rapport, "D06", sinon, (HORS_EPCI, NON_RENSEIGNE))


def _premiere_pression(rapport: Rapport, code: str, sinon: str, sauf: tuple[str, ...]) -> str:
    table, noms = rapport.classes(code), rapport.modalites(code)
    lignes = table.donnees[table.donnees["statut"].eq(PUBLIE) & ~table.donnees["modalite"].isin(sauf)]
    lignes = lignes.sort_values("valeur", ascending=False)
    if len(lignes) < 2 or round(lignes.iloc[0]["valeur"], 1) == round(lignes.iloc[1]["valeur"], 1):
        return sinon
    premier = lignes.iloc[0]
    suite = ", le maximum publié" if table.nb_secrets else ", le maximum"
    return f"{noms[str(premier['modalite'])]} : {demandes(premier['valeur'])} pour une attribution{suite}"


def constat_pression(rapport: Rapport) -> str:
    """The finding on pressure: the whole, then where it is told by public."""
    tension = rapport.chiffre("V03")
    if tension is None:
        return f"La pression de la demande n’est pas connue en {rapport.annee}."
    table = rapport.classes("D05")
    valeurs = table.donnees.loc[table.donnees["statut"].eq(PUBLIE), "valeur"]
    phrase = f"Il y a {demandes(tension)} pour une attribution de l’année"
    if len(valeurs) > 1:
        phrase += f" ; de {nombre(valeurs.min(), 1)} à {nombre(valeurs.max(), 1)} selon le public"
    return phrase + "."


def constat_attente(rapport: Rapport) -> str:
    """The finding on the wait: the two medians."""
    mediane, loges = rapport.chiffre("D10"), rapport.chiffre("V06")
    debut = f"Au rythme de {rapport.annee}, "
    if mediane is None:
        part = rapport.chiffre("D09", modalite="M12")
        if part is None:
            return f"L’attente des demandeurs ne peut pas être estimée en {rapport.annee}."
        return f"{debut}{pourcentage(part)} des demandeurs attendent encore au bout d’un an."
    phrase = f"{debut}la moitié des demandeurs attendent plus de {mois(mediane)}"
    if loges is not None:
        phrase += f" ; ceux qui ont été logés dans l’année avaient attendu {mois(loges)} (médiane)"
    return phrase + "."


def titre_en_attente(rapport: Rapport) -> str:
    """The share that still waits after a year, or after the first duration that is published."""
    table, noms = rapport.classes("D09"), rapport.modalites("D09")
    publies = table.donnees[table.donnees["statut"].eq(PUBLIE)].set_index("modalite")["valeur"]
    if publies.empty:
        return "Part des demandeurs encore en attente selon la durée"
    code = "M12" if "M12" in publies else str(publies.index[0])
    return f"Après {noms[code]}, {pourcentage(publies[code])} des demandeurs attendent encore"


def titre_attentes(rapport: Rapport) -> str:
    """The class of wait that is the most over-represented among the households housed."""
    sinon = "Attente des ménages logés et des demandeurs"
    return comparer(
        rapport.classes("D08"), rapport.classes("V07"), rapport.modalites("D08"), sinon=sinon,
        proches=f"{sinon} : des profils proches", parts=("des ménages logés", "des demandeurs"),
    )  # fmt: skip


def constat_anormal(rapport: Rapport) -> str:
    """The finding on abnormal delays, or what is to be filled in."""
    delai = delai_anormal(rapport)
    if delai is None:
        return "Le délai anormalement long est à renseigner (data/reference/parameters/fichier_departemental.yml)."
    part, loges = rapport.chiffre("D11"), rapport.chiffre("D11A")
    if part is None:
        return f"La part des demandes d’au moins {mois(delai, 0)} n’est pas publiée."
    phrase = f"{pourcentage(part)} des demandes attendent depuis {mois(delai, 0)} ou davantage"
    if loges is not None:
        phrase += f", et {pourcentage(loges)} des ménages logés dans l’année avaient attendu autant"
    return phrase + "."


def delai_anormal(rapport: Rapport) -> float | None:
    """The delay said abnormally long on 31 December, in months; None: « à renseigner »."""
    nom = "fichier_departemental.delai_anormalement_long"
    parametres = rapport.references.parametres
    valeur = parametres[nom].valeur(rapport.jour) if nom in parametres else None
    return None if valeur is None else float(str(valeur))


def constat_origines(rapport: Rapport) -> str:
    """The finding on where applicants live and want to live."""
    part = rapport.chiffre("D07R")
    if part is None:
        return typographie("La commune de résidence des demandeurs n’est pas connue.")
    return (
        f"{pourcentage(part)} des demandeurs qui habitent l’intercommunalité demandent leur propre commune en premier "
        "choix."
    )
