"""What the extracts do not tell of the file of requests, and of its renewals."""

from __future__ import annotations

from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.demande_phrases import NOTE_ECART, compte, signe_du_nombre
from cil_analysis.presentation.formats import accorder, echapper, pourcentage
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.reference.texte import typographie

_LIMITES = (
    "Une demande déposée puis radiée au cours d’années qui n’ont pas été importées n’apparaît nulle part : le compte "
    "de la première année de la série n’a ni stock de départ, ni sorties antérieures.",
    "Une demande déposée une année et radiée une autre est une entrée de la première et une sortie de la seconde ; si "
    "l’extrait de l’une des deux manque, l’écart de décompte la contient.",
    "Les entrées sont datées du premier dépôt. Une demande réactivée garde sa date : elle n’est pas nouvelle.",
    "De plusieurs radiations d’une même demande dans l’année, seule la dernière est une sortie, et aucune si la "
    "demande est active au 31 décembre. Le jour d’une radiation et de son annulation, l’annulation est tenue pour la "
    "dernière.",
    "Le stock et les sorties sont ceux du premier choix : une demande dont le premier choix est hors de "
    "l’intercommunalité n’y est pas, même si le ménage y est logé. Les sorties pour attribution diffèrent donc des "
    "baux du bilan.",
    "Seul le dernier renouvellement d’une demande encore active est connu ; ceux des demandes sorties ne le sont pas.",
    "L’attente commence au premier dépôt, même si la demande a été interrompue entre-temps. Les demandes sans date de "
    "dépôt ne sont pas dans son estimation.",
    "L’estimation de l’attente est celle d’une année, et non d’une génération de demandes. Une radiation pour un autre "
    "motif y interrompt l’observation : si ceux qui abandonnent auraient attendu plus longtemps que les autres, "
    "l’attente réelle est plus longue. La courbe n’est donnée qu’à quelques durées : elle ne montre aucun ménage.",
)


def constat_renouvellements(rapport: Rapport) -> str:
    """The share of the requests filed before the year that were renewed in it, or nothing."""
    part = rapport.chiffre("D04")
    if part is None:
        return ""
    ligne = rapport.epci("D04", annee=rapport.annee).ligne()
    if ligne is None:
        return ""
    return (
        f"Des demandes déposées avant {rapport.annee} et encore actives au 31 décembre, {pourcentage(part)} ont été "
        f"renouvelées dans l’année : {accorder(ligne['numerateur'], 'demande', 'demandes')}."
    )


def constat_des_limites(rapport: Rapport) -> str:
    """The size of what entries and exits do not explain."""
    compte_ = compte(rapport, rapport.annee)
    if compte_ is None:
        return "Le compte des demandes de l’année n’est pas complet : un de ses termes n’est pas connu ou est masqué."
    part = pourcentage(100 * abs(compte_.ecart) / compte_.fin if compte_.fin else 0)
    return (
        f"L’écart de décompte de {rapport.annee} est de {signe_du_nombre(compte_.ecart)}, soit {part} du stock : ce "
        "que les extraits n’expliquent pas."
    )


def limites() -> Bloc:
    """What cannot be told, and the assumptions of the figures: the same for every year."""
    lignes = "".join(f"<li>{echapper(typographie(texte))}</li>" for texte in (NOTE_ECART, *_LIMITES))
    return Bloc(f"<ul>{lignes}</ul>")
