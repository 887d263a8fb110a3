"""What the sheets of communes and landlords share: title block, cards, drawings, tables, note."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cil_analysis.comptage.cadre import SANS_OBJET
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import BAILLEUR, COMMUNE, RESERVATAIRE
from cil_analysis.grammaire.populations import EXTRAITS
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chiffres_cles import carte_cle, en_cartes, objectif_de_carte
from cil_analysis.presentation.fiche_sujet import Sujet
from cil_analysis.presentation.figures import a_des_hachures, note_de_secret
from cil_analysis.presentation.formats import date_en_mots, echapper, enumerer, valeur
from cil_analysis.presentation.ouverture import bandeau, marges_imprimees
from cil_analysis.presentation.signes import signe
from cil_analysis.reference.texte import typographie

_GENRES = {COMMUNE: "Fiche de la commune", BAILLEUR: "Fiche du bailleur",
           RESERVATAIRE: "Bilan au réservataire"}  # fmt: skip


def entete(sujet: Sujet, carte: Bloc | None = None) -> Bloc:
    """The title block: the subject, the year, the territory, the date of the data, the status of the document.

    ``carte``: where the subject is, at the right.
    """
    rapport = sujet.rapport
    dates = [pd.Timestamp(j["importe_le"]) for j in rapport.publication.imports if j["annee"] == rapport.annee]
    importes = f"<div><dt>Extraits importés le</dt> <dd>{date_en_mots(max(dates))}</dd></div>" if dates else ""
    code = f"<div><dt>Code INSEE</dt> <dd>{echapper(sujet.code)}</dd></div>" if sujet.genre == COMMUNE else ""
    sous_titre = f"{_GENRES[sujet.genre]} – Bilan annuel des attributions {rapport.annee}, {rapport.projet.epci_nom}"
    return Bloc(
        f'<header class="entete"><div class="titre-et-carte"><div>'
        f"<h1>{echapper(typographie(sujet.nom))}</h1>"
        f'<p class="sous-titre">{echapper(typographie(sous_titre))}</p>'
        f'<dl class="meta"><div><dt>Année</dt> <dd>{rapport.annee}</dd></div>'
        f"<div><dt>Période</dt> <dd>{rapport.periode}</dd></div>{code}{importes}</dl></div>"
        f"{carte.html if carte else ''}</div>"
        f"{marges_imprimees(rapport, f'{sujet.nom} – Bilan des attributions')}{bandeau(rapport)}</header>"
    )


def carte(sujet: Sujet, code: str, titre: str, ancre: str, *, modalite: str = "", ensemble: bool = True) -> str:
    """A key figure of the subject, that of the EPCI beside when the two are of the same kind; or nothing."""
    serie = sujet.serie(code, modalite)
    ligne = serie.ligne(annee=sujet.rapport.annee)
    if ligne is None or ligne["statut"] == SANS_OBJET:
        return ""
    autre = sujet.rapport.epci(code, annee=sujet.rapport.annee, modalite=modalite).ligne() if ensemble else None
    beside = ""
    if autre is not None:
        ecrit = signe(autre, "valeur") or valeur(autre["valeur"], str(autre["unite"]))
        beside = typographie(f"{sujet.rapport.projet.epci_nom_court} : {ecrit}")
    nom = f"{code}-{modalite}".strip("-").lower()
    return carte_cle(
        sujet.rapport, serie, titre, ancre, objectif_de_carte(ligne), nom,
        ensemble=f'<p class="ensemble">{echapper(beside)}</p>' if beside else "",
    )  # fmt: skip


def cartes(liste: Sequence[str], nombre: int = 6) -> Bloc:
    """The first cards of a list that have something to say."""
    return en_cartes([c for c in liste if c][:nombre])


def figure_de_fiche(
    identifiant: str, titre: str, sous_titre: str, dessin: str, tables: Sequence[PublishedTable], donnees: str,
    note: str = "",
) -> Bloc:  # fmt: skip
    """A drawing of a sheet; its data table is one click away, and is not printed."""
    dites = [n for n in (note, note_de_secret(tables, a_des_hachures(dessin))) if n]
    notes = "".join(f'<p class="note">{echapper(typographie(n))}</p>' for n in dites)
    titre, sous_titre = echapper(typographie(titre)), echapper(typographie(sous_titre))
    repli = (
        '<details class="donnees"><summary>Données du graphique'
        f'<span class="masque-visuel">\u202f: {titre}</span></summary>{donnees}</details>'
        if donnees
        else ""
    )
    return Bloc(
        f'<figure class="figure" id="fig-{identifiant}"><figcaption><span class="titre">{titre}</span>'
        f'<span class="sous-titre">{sous_titre}</span></figcaption><div class="graphique">{dessin}</div>'
        f"{notes}{repli}</figure>"
    )


def cote_a_cote(*blocs: Bloc) -> Bloc:
    """Blocks in two columns, those that are empty left out."""
    pleins = [bloc.html for bloc in blocs if bloc.html]
    return Bloc(f'<div class="cote-a-cote">{"".join(pleins)}</div>' if pleins else "")


def vide(phrase: str) -> Bloc:
    """The line that stands where there is nothing to draw."""
    return Bloc(f'<p class="rien">{echapper(typographie(phrase))}</p>' if phrase else "")


def note(sujet: Sujet) -> Bloc:
    """The source of the figures, and how a masked one is shown."""
    rapport = sujet.rapport
    importes = {str(j["extrait"]) for j in rapport.publication.imports if j["annee"] == rapport.annee}
    extraits = [extrait for extrait in EXTRAITS if extrait in importes]
    source = f"Source : extraits des {enumerer(extraits)} {rapport.annee}, {rapport.projet.epci_nom_court}."
    if sujet.genre == RESERVATAIRE:
        source = rapport.source(("F03", "F11")).removesuffix(rapport.mention).strip()
    phrases = [
        f"{source} {rapport.mention}".strip(),
        "Les chiffres sont ceux du bilan de l’année, qui donne les définitions et la méthode. Un effectif masqué par "
        "le secret statistique est remplacé par « s », comme tout chiffre dont il pourrait se déduire.",
    ]
    return Bloc("".join(f'<p class="source">{echapper(typographie(p))}</p>' for p in phrases))
