"""docs/dictionnaire.md: every extract, its columns and headings, every reference table, every nomenclature, in French.

Pure text, made from data/reference alone: what is declared there is what is documented.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from cil_analysis.rapport.mots.formats import nombre
from cil_analysis.reference.colonnes import IGNOREE, PERSONNELLE, Colonne, Dictionnaire
from cil_analysis.reference.nomenclatures import COLONNES, Nomenclature
from cil_analysis.reference.schemas import Champ, Schema, schemas
from cil_analysis.reference.texte import typographie

_TYPES = {"identifiant": "numéro unique", "date": "date", "commune": "commune", "provenance": "commune de France",
          "qpv": "quartier",
          "oui_non": "oui ou non", "nombre": "nombre", "entier": "nombre entier", "cle": "clé opaque",
          "texte": "texte"}  # fmt: skip
_UNITES = {"annees": "années", "annee": "année", "eur_par_an": "€ par an", "eur_par_mois": "€ par mois", "uc": "UC",
           "m2": "m²", "pct": "%", "menages": "ménages"}  # fmt: skip
_FORMES = {
    "texte": "texte", "libre": "texte sans nom de personne", "code": "code", "date": "date", "nombre": "nombre",
    "annee": "année", "insee": "code de commune", "departement": "département", "adresse": "adresse",
}  # fmt: skip
_TABLES = """## Tables de référence

Les fichiers de `data/reference`. Un tableur français peut les enregistrer : « ; », virgule décimale, date jj/mm/aaaa et
code de commune sans son zéro de tête se relisent. Une cellule fautive arrête la commande, qui dit le fichier, la ligne
et quoi écrire. Dans chaque table, `source` dit d’où vient une ligne, et `confiance` si elle y a été lue (C), est
probable (L) ou n’a pas été trouvée (NF).
"""
_EXIGENCES = {"": "", "entete": "en-tête", "ligne": "chaque ligne"}
_CONSERVATIONS = {"gardee": "gardée", "pseudonyme": "pseudonyme", "transitoire": "transitoire", "derivee": "calculée"}

_PREAMBULE = """# Dictionnaire des extraits

Cette page est écrite par la commande `cil dictionnaire > docs/dictionnaire.md` à partir de `data/reference` : ne la
modifiez pas à la main. Pour changer un en-tête, une borne ou un libellé, modifiez
`data/reference/columns/<extrait>.csv` ou `data/reference/nomenclatures/<nom>.csv`, puis relancez la commande.

## Lire les tableaux

- **Exigée** : « en-tête », le fichier est refusé sans cette colonne ; « chaque ligne », une ligne sans valeur est
  rejetée aussi ; « ou … », la colonne peut en remplacer une autre.
- **Bornes** : une borne dure rejette la ligne ; c’est écrit « rejet ». Une borne souple écarte la valeur, garde la
  ligne et note une anomalie ; c’est écrit « de … à … ». Au-delà de 20 % de valeurs hors des bornes, le fichier est
  refusé : l’unité est sans doute une autre. Une date de dépôt postérieure à la date de la ligne est
  écartée aussi.
- **Absences** : les nombres qui veulent dire « non renseigné » dans cette colonne. Une cellule vide et les mots d’usage
  (NC, NR, « non renseigné »…) sont absents dans toutes les colonnes.
- **Conservation** : une colonne *gardée* est écrite telle quelle ; un *pseudonyme* remplace le numéro unique avant
  toute écriture ; une colonne *transitoire* sert à calculer et n’est jamais écrite ; une colonne *calculée* n’est lue
  dans aucun fichier. Un libellé illisible est cité s’il est sur au moins cinq lignes de numéros uniques différents.
- **Source** : le numéro renvoie à la liste sous le tableau. La lettre dit la confiance : C, lu dans la source ; L,
  probable, à vérifier ; NF, cherché, non trouvé.
- **En-têtes** : ils se comparent sans accents, majuscules, ponctuation ni forme d’apostrophe. Un millésime est une
  colonne `entetes_…` du fichier CSV : en ajouter une suffit quand les en-têtes changent.
"""


def ecrire_dictionnaire(dictionnaires: Mapping[str, Dictionnaire], nomenclatures: Mapping[str, Nomenclature]) -> str:
    """The whole page, ending with a line feed."""
    blocs = [typographie(_PREAMBULE), _sommaire(dictionnaires.values())]
    blocs += [_extrait(dictionnaire) for dictionnaire in dictionnaires.values()]
    blocs += [typographie(_TABLES), *(_table(schema) for schema in schemas().values())]
    blocs.append("## Nomenclatures\n\n" + typographie("Un code sans période de validité vaut à toute date.") + "\n")
    blocs += [_nomenclature(n, dictionnaires.values()) for n in nomenclatures.values()]
    return "\n".join(blocs)


def _sommaire(dictionnaires: Iterable[Dictionnaire]) -> str:
    lignes = [[f"[{d.libelle}](#{d.extrait})", f"`{d.extrait}`", d.ligne, _jour(d)] for d in dictionnaires]
    return "## Les extraits\n\n" + _tableau(["Extrait", "Nom", "Une ligne est", "Datée par"], lignes)


def _jour(dictionnaire: Dictionnaire) -> str:
    return " ou ".join(f"`{nom}`" for nom in dictionnaire.jour) or "31 décembre de l’année"


def _extrait(dictionnaire: Dictionnaire) -> str:
    doublon = ", ".join(f"`{nom}`" for nom in dictionnaire.doublon)
    faits = [
        f"- Une ligne est {dictionnaire.ligne}.",
        f"- Sa date : {_jour(dictionnaire)}.",
        f"- Sont des doublons, et comptés une fois, deux lignes de mêmes : {doublon}."
        if doublon
        else "- Rien n’y distingue un doublon de deux lignes semblables : chaque ligne compte.",
    ]
    if dictionnaire.repetition:
        faits.append(f"- Ménage présent sur plusieurs lignes : « {dictionnaire.repetition} »")
    sources = list(dict.fromkeys(colonne.source for colonne in dictionnaire.colonnes.values()))
    colonnes = [_colonne(colonne, dictionnaire, sources) for colonne in dictionnaire.colonnes.values()]
    titres = ["Colonne", "Contenu", "Type", "Exigée", "Bornes", "Absences", "Conservation", "Source"]
    parties = (
        f'<a id="{dictionnaire.extrait}"></a>',
        f"## {dictionnaire.libelle}",
        typographie("\n".join(faits)),
        typographie(f"### Colonnes : {dictionnaire.extrait}"),
        _tableau(titres, colonnes).rstrip(),
        typographie("Sources : " + " ; ".join(f"{n}, {source}" for n, source in enumerate(sources, 1)) + "."),
        typographie(f"### En-têtes reconnus : {dictionnaire.extrait}"),
        _entetes(dictionnaire),
    )
    return "\n\n".join(parties) + "\n"


def _colonne(colonne: Colonne, dictionnaire: Dictionnaire, sources: Sequence[str]) -> list[str]:
    exigee = _EXIGENCES[colonne.obligatoire] or (f"ou `{colonne.alternative_de}`" if colonne.alternative_de else "")
    suite = colonne.definition.removeprefix(colonne.libelle)
    return [
        f"`{colonne.nom}`",
        f"**{colonne.libelle}**" + (suite if suite != colonne.definition else f". {suite}"),
        _type(colonne),
        exigee,
        _bornes(colonne, dictionnaire),
        ", ".join(colonne.sentinelles),
        _CONSERVATIONS[colonne.conservation],
        f"{sources.index(colonne.source) + 1} ({colonne.confiance})",
    ]


def _type(colonne: Colonne) -> str:
    if colonne.nomenclature:
        mot = {"codes": "codes", "texte": "texte cherché dans"}.get(colonne.type, "code")
        return f"{mot} [{colonne.nomenclature}](#{colonne.nomenclature})"
    unite = _UNITES.get(colonne.unite, colonne.unite)
    return f"{_TYPES[colonne.type]}, {unite}" if unite else _TYPES[colonne.type]


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
    millesimes = dictionnaire.millesimes
    lignes = []
    for nom, colonne in dictionnaire.colonnes.items():
        if colonne.conservation != "derivee":
            lignes.append([f"`{nom}`", *(_cites(par_colonne.get(nom, ())) for par_colonne in millesimes.values())])
    tableau = _tableau(["Colonne", *(nom.replace("_", " ") for nom in millesimes)], lignes)
    parties = (
        tableau.rstrip(),
        _ecartes(dictionnaire, IGNOREE, "Écartés sans alerte"),
        _ecartes(dictionnaire, PERSONNELLE, "Personnels, écartés avant toute écriture"),
    )
    return "\n\n".join(partie for partie in parties if partie)


def _ecartes(dictionnaire: Dictionnaire, nom: str, titre: str) -> str:
    """The headings set aside, once each whatever their vintage."""
    entetes = dict.fromkeys(e for par_colonne in dictionnaire.millesimes.values() for e in par_colonne.get(nom, ()))
    return typographie(f"{titre} : ") + _cites(entetes) + "." if entetes else ""


def _cites(entetes: Iterable[str]) -> str:
    return ", ".join(f"`{entete}`" for entete in entetes)


def _table(schema: Schema) -> str:
    """A reference table: what one row is, its columns but for the source of every row, and its keys."""
    regles = [f"Une ligne est {schema.une_ligne}."]
    if schema.cle:
        regles.append(f"Ne figure qu’une fois : {_cites(schema.cle)}.")
    if schema.sans_chevauchement:
        regles.append(f"N’a qu’une ligne par jour : {_cites(schema.sans_chevauchement)}.")
    if schema.facultative:
        regles.append("Le fichier peut manquer.")
    champs = [champ for champ in schema.colonnes.values() if champ.nom not in ("source", "confiance")]
    lignes = [[f"`{champ.nom}`", champ.aide, _forme(champ), _presence(champ)] for champ in champs]
    tableau = _tableau(["Colonne", "Contenu", "Forme", "Exigée"], lignes)
    ancre = schema.nom.replace("/", "-").replace("*", "toutes")
    return f'<a id="{ancre}"></a>\n\n### `{schema.nom}.csv`\n\n{typographie(" ".join(regles))}\n\n{tableau}'


def _forme(champ: Champ) -> str:
    if champ.valeurs:
        return ", ".join(f"`{valeur}`" for valeur in champ.valeurs if valeur)
    if champ.liste:
        return f"libellé ou code de [{champ.liste}](#{champ.liste})"
    if champ.renvoi:
        return f"{'codes' if champ.plusieurs else 'code'} de `{champ.renvoi}.csv`"
    bornes = [f"{mot} {borne:g}" for mot, borne in (("de", champ.minimum), ("à", champ.maximum)) if borne is not None]
    return " ".join([_FORMES[champ.type], *bornes])


def _presence(champ: Champ) -> str:
    if champ.obligatoire_si:
        return " ; ".join(f"si `{nom}` est {', '.join(v)}" for nom, v in champ.obligatoire_si.items())
    return "oui" if champ.obligatoire or (champ.valeurs and "" not in champ.valeurs) else ""


def _nomenclature(nomenclature: Nomenclature, dictionnaires: Iterable[Dictionnaire]) -> str:
    """A list of codes, the columns of its own included; a column that is empty for every code is left out."""
    emplois = sorted({d.extrait for d in dictionnaires for c in d.colonnes.values()
                      if c.nomenclature == nomenclature.nom})  # fmt: skip
    usage = f"Employée par : {', '.join(emplois)}." if emplois else "Employée pour les classes du bilan."
    propres = {f"`{nom}`": nomenclature.table[nom].tolist() for nom in nomenclature.table if nom not in COLONNES}
    colonnes: dict[str, list[str]] = {"Code": [], "Libellé": [], "Groupe": [], **propres, "Validité": [], "Source": []}
    for ligne in nomenclature.table.to_dict("records"):
        colonnes["Code"].append(f"`{ligne['code']}`")
        colonnes["Libellé"].append(str(ligne["libelle"]))
        colonnes["Groupe"].append(str(ligne["groupe"]))
        colonnes["Validité"].append(_validite(ligne["valide_du"], ligne["valide_au"]))
        colonnes["Source"].append(f"{ligne['source']} ({ligne['confiance']})")
    sources = list(dict.fromkeys(colonnes["Source"]))
    if len(sources) == 1:  # Said once above the table.
        usage += f" Source : {sources[0]}."
        del colonnes["Source"]
    garnies = {titre: cellules for titre, cellules in colonnes.items() if any(cellules)}
    lignes = [list(cellules) for cellules in zip(*garnies.values(), strict=True)]
    return f"### {nomenclature.nom}\n\n{typographie(usage)}\n\n{_tableau(list(garnies), lignes)}"


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
    return "\n".join(rendu) + "\n"


def _cellule(texte: str) -> str:
    morceaux = texte.replace("\n", " ").replace("|", "\\|").split("`")  # odd pieces stand in code spans
    return "`".join(m if rang % 2 else typographie(m).replace("<", "&lt;") for rang, m in enumerate(morceaux))
