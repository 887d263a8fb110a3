"""A figure of the page: the finding as its title, the drawing, its source, its note and its data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cil_analysis.comptage.cadre import PUBLIE, SANS_OBJET, SECRET
from cil_analysis.grammaire.indicateur import Indicateur
from cil_analysis.rapport.bloc import Bloc, a_cote_du_bilan
from cil_analysis.rapport.classeur.noms_de_feuilles import nom_de_feuille
from cil_analysis.rapport.mots.definitions import definitions
from cil_analysis.rapport.mots.formats import SECRET_COURT, accorder, echapper, enumerer, valeur
from cil_analysis.rapport.mots.signes import OBJECTIFS, masque, signe, verdict
from cil_analysis.rapport.publie import Rapport, libelles_de
from cil_analysis.reference.texte import typographie
from cil_analysis.secret.table_publiee import LignePubliee, PublishedTable

# How many places a note names: of one table, of several.
_NOMMES, _NOMMES_DE_PLUSIEURS = 6, 2


def figure(
    identifiant: str,
    titre: str,
    sous_titre: str,
    dessin: str,
    source: str,
    donnees: str,
    *,
    tables: Sequence[PublishedTable] = (),
    note: str = "",
    manques: Sequence[str] = (),
    racine: str = "",
) -> Bloc:
    """Assemble a figure.

    ``donnees``: its data table, one click away; ``tables``: what is drawn, to say what is masked, to name the sheet of
    the workbook and to print definitions. When none of them has a figure, one line says so, and ``manques`` why.
    ``racine``: where the files of the bilan are, from the page.
    """
    if tables and not any(a_des_chiffres(table) for table in tables):
        return non_calculable(identifiant, tables, manques)
    indicateurs = list({table.indicateur.code: table.indicateur for table in tables}.values())
    replis = donnees_repliees(f"Données du graphique : {titre}", donnees + lien_du_classeur(indicateurs, racine))
    notes = [n for n in (note, note_de_secret(tables, a_des_hachures(dessin))) if n]
    replis += definitions(indicateurs, titre, racine)
    return assembler(identifiant, titre, sous_titre, dessin, source, notes, replis)


def assembler(
    identifiant: str, titre: str, sous_titre: str, dessin: str, source: str, notes: Sequence[str], replis: str,
    *, projete: bool = True,
) -> Bloc:  # fmt: skip
    """The frame of a figure; ``replis``: what is one click away. ``projete``: whether it makes a slide."""
    return Bloc(
        f'<figure class="figure{"" if projete else " hors-diapos"}" id="fig-{identifiant}">'
        f'<figcaption><span class="titre">{echapper(typographie(titre))}</span>'
        f'<span class="sous-titre">{echapper(typographie(sous_titre))}</span></figcaption>'
        f'<div class="graphique">{dessin}</div>'
        f'<p class="source">{echapper(typographie(source))}</p>'
        + "".join(f'<p class="note">{echapper(typographie(n))}</p>' for n in notes)
        + f'<div class="replis">{replis}</div></figure>'
    )


def donnees_repliees(nom: str, contenu: str) -> str:
    """Data tables behind their button, which only says « Données du graphique » to who sees the figure."""
    vu, _, suite = nom.partition(" : ")
    entier = f' aria-label="{echapper(typographie(nom))}"' if suite else ""
    return f'<details class="donnees"><summary{entier}>{echapper(vu)}</summary>{contenu}</details>'


def lien_du_classeur(indicateurs: Sequence[Indicateur], racine: str = "") -> str:
    """Where the figures of indicators are in the workbook, and the way there if it is beside the page.

    Nothing without indicators.
    """
    if not indicateurs:
        return ""
    mot = "feuille" if len(indicateurs) == 1 else "feuilles"
    liste = enumerer([f"« {nom_de_feuille(indicateur)} »" for indicateur in indicateurs])
    nom = "Classeur bilan.xlsx"
    classeur = f'<a href="{racine}bilan.xlsx">{nom}</a>' if a_cote_du_bilan() else nom
    return f'<p class="note">{classeur}, {mot} {echapper(typographie(liste))}</p>'


def a_des_chiffres(table: PublishedTable) -> bool:
    """Whether a table has figures, masked ones included."""
    return not {PUBLIE, SECRET}.isdisjoint(table.valeurs("statut"))


def non_calculable(identifiant: str, tables: Sequence[PublishedTable], manques: Sequence[str]) -> Bloc:
    """The quiet line in the place of a figure that cannot be drawn: what, and what is missing."""
    sujets = enumerer(list(dict.fromkeys(table.indicateur.titre for table in tables)))
    rien = all(len(table) and table.donnees["denominateur"].eq(0).all() for table in tables)
    pourquoi = enumerer(manques) or "extrait, colonne ou paramètre à renseigner"
    phrase = "Rien à mesurer." if rien and not manques else f"Non calculable : {pourquoi}."
    sujet, phrase = echapper(typographie(f"{sujets}.")), echapper(typographie(phrase))
    return Bloc(f'<p class="note" id="fig-{identifiant}"><strong>{sujet}</strong> {phrase}</p>')


def a_des_hachures(dessin: str) -> bool:
    """Whether a drawing fills something with the pattern of what is masked; matplotlib names its own."""
    return "-hachures)" in dessin or "fill: url(#" in dessin


def note_de_secret(tables: Sequence[PublishedTable], hachures: bool) -> str:
    """How many figures are masked, hatched in the drawing or in its data table alone; nothing when none is."""
    secrets = sum(table.nb_secrets for table in tables)
    if not secrets:
        return ""
    ou = "(« s », hachures)" if hachures else "dans les données (« s »)"
    return f"Secret statistique : {accorder(secrets, 'chiffre masqué', 'chiffres masqués')} {ou}."


def note_des_resultats_tus(rapport: Rapport, tables: Mapping[str, PublishedTable], cle: str = "perimetre_code") -> str:
    """Whose objectives have a masked figure and a result that is not told (D19), and why.

    ``tables``: one, or several by what tells them apart (a year, an objective). Beyond a few names the drawing and its
    table tell the others.
    """
    tus: dict[str, list[str]] = {}
    for nom, table in tables.items():
        libelles = libelles_de(rapport, table.indicateur.code, cle)
        for ligne in table.ou(statut=SECRET).lignes():
            if signe(ligne, "resultat") == SECRET_COURT:
                tus.setdefault(libelles.get(str(ligne[cle]), str(ligne[cle])), []).append(nom)
    if not tus:
        return ""
    combien = _NOMMES if len(tables) == 1 else _NOMMES_DE_PLUSIEURS
    noms = list(tus)[: len(tus) if len(tus) <= combien else combien - 1]
    qui = [f"{nom} ({enumerer(tus[nom])})" if len(tables) > 1 and len(tus) <= combien else nom for nom in noms]
    qui += [f"{len(tus) - len(noms)} autres (« s »)"] if len(noms) < len(tus) else []
    pourquoi = "là où un petit effectif s’en déduirait"
    return f"Ni le chiffre ni le résultat ne sont donnés {pourquoi} : {enumerer(qui)}."


def description(rapport: Rapport, table: PublishedTable, cle: str, *, resultats: bool = False) -> str:
    """The text alternative of a drawing: every figure that it shows, in words; ``resultats``: and what colours say."""
    libelles = libelles_de(rapport, table.indicateur.code, cle)
    morceaux = [
        f"{libelles.get(str(ligne[cle]), str(ligne[cle]))}, {_mot(ligne)}{_resultat(ligne) if resultats else ''}"
        for ligne in table.lignes()
    ]
    return typographie(" ; ".join(morceaux) + ".") if morceaux else "Aucun chiffre publié."


def _resultat(ligne: LignePubliee) -> str:
    resultat = str(ligne["resultat"])
    return f", {OBJECTIFS[resultat]}" if resultat in OBJECTIFS and ligne["statut"] != SECRET else ""


def _mot(ligne: LignePubliee) -> str:
    if ligne["statut"] == PUBLIE:
        return valeur(ligne["valeur"], str(ligne["unite"]))
    if dit := verdict(str(ligne["statut"]), str(ligne["resultat"])):
        return f"{masque(str(ligne['unite']))}, {OBJECTIFS[dit]}"
    if ligne["statut"] != SECRET and ligne["denominateur"] == 0:
        return "rien à mesurer"
    absents = {SECRET: "secret statistique", SANS_OBJET: "sans objet"}
    return absents.get(str(ligne["statut"]), "non disponible")
