"""« cil dictionnaire »: a page for each extract, one for the reference tables and one for the nomenclatures, in French.

Pure text, made from data/reference alone: what is declared there is what is documented. ``assets/dictionnaire`` has the
pages, whose tables are made here.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from cil_analysis.commandes.commun import MOTS, ouvrir_references
from cil_analysis.commandes.reponses.pages import Pages, cites, ecrire_les_pages
from cil_analysis.rapport.mots.formats import nombre
from cil_analysis.reference.colonnes import IGNOREE, PERSONNELLE, Colonne, Dictionnaire
from cil_analysis.reference.nomenclatures import COLONNES, Nomenclature
from cil_analysis.reference.tables import Champ, Schema, schemas
from cil_analysis.reference.texte import typographie


def executer(options: argparse.Namespace) -> int:
    """Run the command."""
    references = ouvrir_references(options)
    return ecrire_les_pages(
        options.dossier, ecrire_dictionnaire(references.dictionnaires, references.tables.nomenclatures)
    )


def ecrire_dictionnaire(
    dictionnaires: Mapping[str, Dictionnaire], nomenclatures: Mapping[str, Nomenclature]
) -> dict[str, str]:
    """The pages by name, each ending with a line feed: the index, each extract, the tables, the nomenclatures."""
    page = Pages("dictionnaire")
    ecartes = {IGNOREE: "Écartés sans alerte", PERSONNELLE: "Personnels, écartés avant toute écriture"}

    return {
        "index": page("index", sommaire=_sommaire(dictionnaires.values())),
        **{
            d.extrait: page(
                "extrait", d=d, jour=_jour(d), sources=_sources(d), colonnes=_colonnes(d), entetes=_entetes(d),
                ecartes={titre: entetes for nom, titre in ecartes.items() if (entetes := _hors_usage(d, nom))},
            )
            for d in dictionnaires.values()
        },
        "tables": page("tables", tables=[_table(schema) for schema in schemas().values()]),
        "nomenclatures": page(
            "nomenclatures",
            listes={nom: _codes(n, _emplois(nom, dictionnaires.values())) for nom, n in nomenclatures.items()},
        ),
    }  # fmt: skip


def _emplois(nom: str, dictionnaires: Iterable[Dictionnaire]) -> list[str]:
    """The extracts that have a column of a list of codes."""
    return sorted({d.extrait for d in dictionnaires for c in d.colonnes.values() if c.nomenclature == nom})


def _sommaire(dictionnaires: Iterable[Dictionnaire]) -> str:
    lignes = [[f"[{d.libelle}]({d.extrait}.md)", f"`{d.extrait}`", d.ligne, _jour(d)] for d in dictionnaires]
    return _tableau(["Extrait", "Nom", "Une ligne est", "Datée par"], lignes)


def _jour(dictionnaire: Dictionnaire) -> str:
    return " ou ".join(f"`{nom}`" for nom in dictionnaire.jour) or "31 décembre de l’année"


def _sources(dictionnaire: Dictionnaire) -> list[str]:
    return list(dict.fromkeys(colonne.source for colonne in dictionnaire.colonnes.values()))


def _colonnes(dictionnaire: Dictionnaire) -> str:
    sources = _sources(dictionnaire)
    titres = ["Colonne", "Contenu", "Type", "Exigée", "Bornes", "Absences", "Conservation", "Source"]
    return _tableau(titres, [_colonne(c, dictionnaire, sources) for c in dictionnaire.colonnes.values()])


def _colonne(colonne: Colonne, dictionnaire: Dictionnaire, sources: Sequence[str]) -> list[str]:
    exigee = MOTS["exigences"][colonne.obligatoire] or (
        f"ou `{colonne.alternative_de}`" if colonne.alternative_de else ""
    )
    suite = colonne.definition.removeprefix(colonne.libelle)
    return [
        f"`{colonne.nom}`",
        f"**{colonne.libelle}**" + (suite if suite != colonne.definition else f". {suite}"),
        _type(colonne),
        exigee,
        _bornes(colonne, dictionnaire),
        ", ".join(colonne.sentinelles),
        MOTS["conservations"][colonne.conservation],
        f"{sources.index(colonne.source) + 1} ({colonne.confiance})",
    ]


def _type(colonne: Colonne) -> str:
    if colonne.nomenclature:
        mot = {"codes": "codes", "texte": "texte cherché dans"}.get(colonne.type, "code")
        return f"{mot} [{colonne.nomenclature}](nomenclatures.md#{colonne.nomenclature})"
    unite = MOTS["unites"].get(colonne.unite, colonne.unite)
    return f"{MOTS['types'][colonne.type]}, {unite}" if unite else MOTS["types"][colonne.type]


def _bornes(colonne: Colonne, dictionnaire: Dictionnaire) -> str:
    """Hard bounds (a missing day or commune, a day in the future), then soft ones."""
    morceaux = []
    vide = "vide ou illisible" if len(dictionnaire.jour) < 2 else "aucune date lisible"
    if dictionnaire.jour and colonne.nom == dictionnaire.jour[0]:
        morceaux.append(f"rejet : {vide}, ou dans le futur")
    elif colonne.obligatoire == "ligne":
        morceaux.append("rejet : vide ou illisible")
    bas, haut = (_borne(borne, colonne.unite) for borne in (colonne.minimum, colonne.maximum))
    if bas and haut:
        morceaux.append(f"de {bas} à {haut}")
    elif bas or haut:
        morceaux.append(f"au moins {bas}" if bas else f"au plus {haut}")
    return " ; ".join(morceaux)


def _borne(borne: float | None, unite: str) -> str:
    if borne is None:
        return ""
    return f"{borne:.0f}" if unite == "annee" else nombre(borne, 0 if borne == int(borne) else 1)


def _entetes(dictionnaire: Dictionnaire) -> str:
    """What each column is called in files, a vintage a column."""
    millesimes = dictionnaire.millesimes
    lues = [c.nom for c in dictionnaire.colonnes.values() if c.conservation != "derivee"]
    lignes = [[f"`{nom}`", *(cites(entetes.get(nom, ())) for entetes in millesimes.values())] for nom in lues]
    return _tableau(["Colonne", *(nom.replace("_", " ") for nom in millesimes)], lignes)


def _hors_usage(dictionnaire: Dictionnaire, nom: str) -> list[str]:
    """The headings set aside, once each whatever their vintage."""
    return list(dict.fromkeys(e for entetes in dictionnaire.millesimes.values() for e in entetes.get(nom, ())))


def _table(schema: Schema) -> str:
    """A reference table: what one row is, its columns but for the source of every row, and its keys."""
    regles = [f"Une ligne est {schema.une_ligne}."]
    if schema.cle:
        regles.append(f"Ne figure qu’une fois : {cites(schema.cle)}.")
    if schema.sans_chevauchement:
        regles.append(f"N’a qu’une ligne par jour : {cites(schema.sans_chevauchement)}.")
    if total := schema.total:
        regles.append(f"Chaque jour, `{total['colonne']}` fait {total['maximum']} au plus par {cites(total['par'])}.")
    if schema.facultative:
        regles.append("Le fichier peut manquer.")
    champs = [champ for champ in schema.colonnes.values() if champ.nom not in ("source", "confiance")]
    lignes = [[f"`{champ.nom}`", champ.aide, _forme(champ), _presence(champ)] for champ in champs]
    tableau = _tableau(["Colonne", "Contenu", "Forme", "Exigée"], lignes)
    ancre = schema.nom.replace("/", "-").replace("*", "toutes")
    return f'<a id="{ancre}"></a>\n\n## `{schema.nom}.csv`\n\n{typographie(" ".join(regles))}\n\n{tableau}'


def _forme(champ: Champ) -> str:
    if champ.valeurs:
        return ", ".join(f"`{valeur}`" for valeur in champ.valeurs if valeur)
    if champ.liste:
        return f"libellé ou code de [{champ.liste}](nomenclatures.md#{champ.liste})"
    if champ.renvoi:
        return f"{'codes' if champ.plusieurs else 'code'} de `{champ.renvoi}.csv`"
    bas, haut = (None if borne is None else f"{borne:.10g}" for borne in (champ.minimum, champ.maximum))
    if bas and haut:
        return f"{MOTS['formes'][champ.type]} de {bas} à {haut}"
    bornes = [f"{mot} {borne}" for mot, borne in (("au moins", bas), ("au plus", haut)) if borne]
    return ", ".join([MOTS["formes"][champ.type], *bornes])


def _presence(champ: Champ) -> str:
    return "oui" if champ.obligatoire or (champ.valeurs and "" not in champ.valeurs) else ""


def _codes(nomenclature: Nomenclature, emplois: Sequence[str]) -> str:
    """A list of codes, the columns of its own included; a column that is empty for every code is left out."""
    usage = f"Employée par : {', '.join(emplois)}." if emplois else "Employée pour les classes du bilan."
    table = nomenclature.table
    if table.empty:
        return typographie(f"{usage} Aucun code : à renseigner.") + "\n"
    dates = zip(table["valide_du"], table["valide_au"], strict=True)
    sourcees = [f"{s} ({c})" for s, c in zip(table["source"], table["confiance"], strict=True)]
    colonnes: dict[str, list[str]] = {
        "Code": [f"`{code}`" for code in table["code"]],
        "Libellé": [*map(str, table["libelle"])],
        "Groupe": [*map(str, table["groupe"])],
        **{f"`{nom}`": table[nom].tolist() for nom in table if nom not in COLONNES},
        "Validité": [_validite(debut, fin) for debut, fin in dates],
        "Source": sourcees,
    }
    if len(set(sourcees)) == 1:  # Said once above the table.
        usage += f" Source : {sourcees[0]}."
        del colonnes["Source"]
    garnies = {titre: cellules for titre, cellules in colonnes.items() if any(cellules)}
    lignes = [list(cellules) for cellules in zip(*garnies.values(), strict=True)]
    return f"{typographie(usage)}\n\n{_tableau(list(garnies), lignes)}"


def _validite(debut: Any, fin: Any) -> str:
    du = "" if pd.isna(debut) else f"du {debut:%d/%m/%Y}"
    au = "" if pd.isna(fin) else f"au {fin:%d/%m/%Y}"
    return f"{du} {au}".strip()


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
