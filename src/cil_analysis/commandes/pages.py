"""« cil dictionnaire » and « cil methode »: the pages of docs/ that are written from what is declared, in French.

The dictionary, a page for each extract, one for the reference tables and one for the nomenclatures, is made from
data/reference alone, and its tables here; the method, from the definitions and the counting rules. The pages are those
of ``gabarits``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from cil_analysis.commandes.commun import MOTS
from cil_analysis.commandes.console.gabarits import cites, ecrire_les_pages, remplir
from cil_analysis.grammaire.registre import registre
from cil_analysis.nombres import nombre
from cil_analysis.rapport.mots.definitions import fiche
from cil_analysis.reference.colonnes import IGNOREE, PERSONNELLE, Colonne, Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.nomenclatures import COLONNES, Nomenclature
from cil_analysis.reference.regles import parametres_des_regles
from cil_analysis.reference.tables import Champ, Schema, schemas
from cil_analysis.reference.texte import typographie

_ECARTES = {IGNOREE: "Écartés sans alerte", PERSONNELLE: "Personnels, écartés avant toute écriture"}


def methode(options: argparse.Namespace) -> None:
    """« cil methode »: the index, the rules, and a page a theme."""
    references = References(options.projet)
    themes = list(registre(references).themes.values())
    textes = {
        "index": remplir("methode/index.md", themes=themes),
        "regles": remplir("methode/regles.md", regles=parametres_des_regles(references)),
        **{theme.nom: remplir("methode/theme.md", theme=theme, fiche=fiche) for theme in themes},
    }
    ecrire_les_pages(options.dossier, {nom: typographie(texte) for nom, texte in textes.items()})


def dictionnaire(options: argparse.Namespace) -> None:
    """« cil dictionnaire »."""
    references = References(options.projet)
    pages = ecrire_dictionnaire(references.dictionnaires, references.tables.nomenclatures)
    ecrire_les_pages(options.dossier, pages)


def ecrire_dictionnaire(
    dictionnaires: Mapping[str, Dictionnaire], nomenclatures: Mapping[str, Nomenclature]
) -> dict[str, str]:
    """The pages by name: the index, each extract, the tables, the nomenclatures."""
    extraits = [[f"[{d.libelle}]({nom}.md)", f"`{nom}`", d.ligne, _jour(d)] for nom, d in dictionnaires.items()]
    sommaire = _tableau(["Extrait", "Nom", "Une ligne est", "Datée par"], extraits)
    emplois = {(c.nomenclature, d.extrait) for d in dictionnaires.values() for c in d.colonnes.values()}
    listes = {
        nom: (sorted(extrait for employee, extrait in emplois if employee == nom), *_codes(liste))
        for nom, liste in nomenclatures.items()
    }
    return {
        "index": remplir("dictionnaire/index.md", sommaire=sommaire),
        **{nom: _extrait(d) for nom, d in dictionnaires.items()},
        "tables": remplir("dictionnaire/tables.md", schemas=schemas().values(), lignes=_lignes),
        "nomenclatures": remplir("dictionnaire/nomenclatures.md", listes=listes),
    }


def _jour(dictionnaire: Dictionnaire) -> str:
    return " ou ".join(f"`{nom}`" for nom in dictionnaire.jour) or "31 décembre de l’année"


def _extrait(dictionnaire: Dictionnaire) -> str:
    """The page of an extract: its columns, what files call each (a vintage a column), and headings set aside."""
    colonnes, millesimes = dictionnaire.colonnes.values(), dictionnaire.millesimes
    sources = list(dict.fromkeys(colonne.source for colonne in colonnes))
    titres = ["Colonne", "Contenu", "Type", "Exigée", "Bornes", "Absences", "Conservation", "Source"]
    entetes = [
        [f"`{c.nom}`", *(cites(siens.get(c.nom, ())) for siens in millesimes.values())]
        for c in colonnes
        if c.conservation != "derivee"
    ]
    ecartes = {
        titre: list(dict.fromkeys(entete for siens in millesimes.values() for entete in siens.get(nom, ())))
        for nom, titre in _ECARTES.items()
    }
    return remplir(
        "dictionnaire/extrait.md",
        d=dictionnaire,
        jour=_jour(dictionnaire),
        sources=sources,
        colonnes=_tableau(titres, [_colonne(c, dictionnaire, sources.index(c.source) + 1) for c in colonnes]),
        entetes=_tableau(["Colonne", *(nom.replace("_", " ") for nom in millesimes)], entetes),
        ecartes={titre: siens for titre, siens in ecartes.items() if siens},
    )


def _colonne(colonne: Colonne, dictionnaire: Dictionnaire, source: int) -> list[str]:
    autre = f"ou `{colonne.alternative_de}`" if colonne.alternative_de else ""
    suite = colonne.definition.removeprefix(colonne.libelle)
    if colonne.nomenclature:
        mot = {"codes": "codes", "texte": "texte cherché dans"}.get(colonne.type, "code")
        genre = f"{mot} [{colonne.nomenclature}](nomenclatures.md#{colonne.nomenclature})"
    else:
        unite = MOTS["unites"].get(colonne.unite, colonne.unite)
        genre = ", ".join(filter(None, (MOTS["types"].get(colonne.type, colonne.type), unite)))
    return [
        f"`{colonne.nom}`",
        f"**{colonne.libelle}**" + (suite if suite != colonne.definition else f". {suite}"),
        genre,
        MOTS["exigences"].get(colonne.obligatoire, autre),
        _bornes(colonne, dictionnaire.jour),
        ", ".join(colonne.sentinelles),
        MOTS["conservations"].get(colonne.conservation, colonne.conservation),
        f"{source} ({colonne.confiance})",
    ]


def _bornes(colonne: Colonne, jour: Sequence[str]) -> str:
    """Hard bounds (a missing day or commune, a day in the future), then soft ones."""
    dure, bornes = "", []
    if jour and colonne.nom == jour[0]:
        dure = f"rejet : {'vide ou illisible' if len(jour) < 2 else 'aucune date lisible'}, ou dans le futur"
    elif colonne.obligatoire == "ligne":
        dure = "rejet : vide ou illisible"
    for borne in (colonne.minimum, colonne.maximum):
        decimales = 0 if borne is None or borne == int(borne) else 1
        bornes.append(
            None if borne is None else f"{borne:.0f}" if colonne.unite == "annee" else nombre(borne, decimales)
        )
    return " ; ".join(filter(None, (dure, _entre(*bornes))))


def _entre(bas: str | None, haut: str | None) -> str:
    """« de 0 à 10 », « au moins 0 », « au plus 10 », or nothing."""
    if bas and haut:
        return f"de {bas} à {haut}"
    return f"au moins {bas}" if bas else f"au plus {haut}" if haut else ""


def _lignes(schema: Schema) -> str:
    """The columns of a reference table, but for the source of every row."""
    lignes = []
    for champ in schema.colonnes.values():
        if champ.nom not in ("source", "confiance"):
            exigee = champ.obligatoire or (champ.valeurs and "" not in champ.valeurs)
            lignes.append([f"`{champ.nom}`", champ.aide, _forme(champ), "oui" if exigee else ""])
    return _tableau(["Colonne", "Contenu", "Forme", "Exigée"], lignes)


def _forme(champ: Champ) -> str:
    if champ.valeurs:
        return cites(filter(None, champ.valeurs))
    if champ.liste:
        return f"libellé ou code de [{champ.liste}](nomenclatures.md#{champ.liste})"
    if champ.renvoi:
        return f"{'codes' if champ.plusieurs else 'code'} de `{champ.renvoi}.csv`"
    forme = MOTS["formes"].get(champ.type, champ.type)
    bornes = _entre(*(None if borne is None else f"{borne:.10g}" for borne in (champ.minimum, champ.maximum)))
    return f"{forme}{' ' if bornes.startswith('de') else ', ' if bornes else ''}{bornes}"


def _codes(nomenclature: Nomenclature) -> tuple[str, str]:
    """The source of all the codes of a list, if it is one, and their table, without a column that is empty for all."""
    table = nomenclature.table
    if table.empty:
        return "", ""
    dates = (
        " ".join(f"{mot} {jour:%d/%m/%Y}" for mot, jour in (("du", du), ("au", au)) if not pd.isna(jour))
        for du, au in zip(table["valide_du"], table["valide_au"], strict=True)
    )
    sourcees = [f"{s} ({c})" for s, c in zip(table["source"], table["confiance"], strict=True)]
    commune = sourcees[0] if len(set(sourcees)) == 1 else ""
    colonnes: dict[str, Iterable[str]] = {
        "Code": [f"`{code}`" for code in table["code"]],
        "Libellé": table["libelle"].map(str),
        "Groupe": table["groupe"].map(str),
        **{f"`{nom}`": table[nom] for nom in table if nom not in COLONNES},
        "Validité": dates,
        **({} if commune else {"Source": sourcees}),
    }
    return commune, _tableau(list(colonnes), zip(*colonnes.values(), strict=True))


def _tableau(titres: Sequence[str], lignes: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a column without a single value is left out. Headings (code spans) are left as they are."""
    lignes = list(lignes)
    garnies = [rang for rang, _ in enumerate(titres) if rang == 0 or any(ligne[rang] for ligne in lignes)]
    rendu = ["| " + " | ".join(titres[rang] for rang in garnies) + " |", "|" + " --- |" * len(garnies)]
    rendu += ["| " + " | ".join(_cellule(ligne[rang]) for rang in garnies) + " |" for ligne in lignes]
    return "\n".join(rendu)


def _cellule(texte: str) -> str:
    morceaux = texte.replace("\n", " ").replace("|", "\\|").split("`")  # odd pieces stand in code spans
    return "`".join(m if rang % 2 else typographie(m).replace("<", "&lt;") for rang, m in enumerate(morceaux))
