"""A figure of the page: the finding as its title, the drawing, its source, what is masked, its data."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cil_analysis.grammaire.dimensions import DIMENSIONS
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE, Compte, Indicateur
from cil_analysis.grammaire.populations import AUTRES_EXTRAITS, EXTRAITS, PARC, POPULATIONS, source_de
from cil_analysis.rapport.bloc import Bloc, a_cote_du_bilan, remplir
from cil_analysis.rapport.dessins.dessin import charte, en_svg
from cil_analysis.rapport.mots.definitions import definitions, nom_de_feuille
from cil_analysis.rapport.mots.formats import SECRET_COURT, echapper
from cil_analysis.rapport.mots.lignes import MARQUES, signe
from cil_analysis.reference.texte import enumerer, etendue_en_annees
from cil_analysis.secret.table_publiee import PublishedTable
from cil_analysis.typographie import accorder, minuscule, typographie

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cil_analysis.rapport.chiffre import Chiffre
    from cil_analysis.rapport.rapport import Rapport

# How many places a note names: of one table, of several.
_NOMMES, _NOMMES_DE_PLUSIEURS = 6, 2


class Figure(Bloc):
    """Une figure de la page ; ``axes`` : ceux de matplotlib, pour qui veut la retoucher."""

    def __init__(self, html: str, axes: Axes | None = None) -> None:
        super().__init__(html)
        self.axes = axes


class Dits(NamedTuple):
    """What is said of a figure; ``source``: that of what stands beside our figures; ``annees``: those of ours.

    ``identifiant``: by what links lead to it.
    """

    titre: str
    sous_titre: str
    note: str = ""
    alternative: str = ""
    source: str = ""
    annees: str = ""
    identifiant: str = ""


# --- The envelope ----------------------------------------------------------------------------------------------------


def illustrer(
    rapport: Rapport, dits: Dits, dessin: Callable[[], Axes] | str | None, donnees: str,
    tables: Sequence[PublishedTable], *, projete: bool = True,
) -> Figure:  # fmt: skip
    """A figure of the page; when no table has a number, the line that says so and why.

    ``dessin``: what draws it, or is drawn already; None: nothing to draw. ``donnees``: its data table, one click away;
    without ``projete``, a table in the place of the drawing, which makes no slide. ``tables``: what it draws or gives;
    what is masked is counted once, in whichever selections of an indicator it is.
    """
    pleines = [t for t in tables if t.a_des_chiffres]
    if dessin is None or not pleines:
        return non_calculable(rapport, dits.identifiant, [t for t in tables if not t.a_des_chiffres])
    axes = None
    if not isinstance(dessin, str):
        with charte(dits.identifiant):
            axes = dessin()
            dessin = en_svg(axes, dits.identifiant, dits.titre, typographie(dits.alternative))
    par_code: dict[str, PublishedTable] = {}
    for t in pleines:
        code = t.indicateur.code
        par_code[code] = par_code[code] | t if code in par_code else t
    indicateurs = [t.indicateur for t in par_code.values()]
    secret = note_de_secret(list(par_code.values()))
    lien = lien_du_classeur(indicateurs, rapport.racine)
    replis = replier(f"Données : {dits.titre}", donnees + lien) if projete else donnees + lien
    source = " ".join(filter(None, [rapport.source(list(par_code), dits.annees or periode(tables)), dits.source]))
    replis += definitions(indicateurs, dits.titre, rapport.racine)
    notes = [dits.note, secret, note_des_absences(rapport, pleines)]
    # Wholly masked, or a lone number without a result, that of a first year: read on the page, it makes no slide.
    lus = [t.donnees for t in par_code.values()]
    juges = any(lue["resultat"].isin(MARQUES).any() for lue in lus)
    est_seul = sum(map(len, lus)) == donnees.count('scope="row"') == 1
    dit = juges or (not est_seul and any(lue["valeur"].abs().gt(0).any() for lue in lus))
    faits = {"dessin": dessin, "source": source, "notes": notes, "replis": replis, "projete": projete and dit}
    return Figure(remplir("figure", mots=dits, **faits), axes)


def non_calculable(rapport: Rapport, identifiant: str, tables: Sequence[PublishedTable]) -> Figure:
    """The quiet line in the place of a figure that cannot be drawn: what, and what is missing."""
    manques = rapport.manques(*dict.fromkeys(t.indicateur.code for t in tables))
    titres = list(dict.fromkeys(t.indicateur.titre for t in tables))
    # Nobody to cut it by, no quarter for instance: what there is to measure is read of the whole.
    entieres = rapport.publication.tables
    pleines = [table if len(table) else entieres.get(table.indicateur.code, table) for table in tables]
    rien = all(len(table) and table.donnees["denominateur"].eq(0).all() for table in pleines)
    enquetes = {AUTRES_EXTRAITS.get(e) for t in tables for e in _populations(t.indicateur.compte)}  # They come or not.
    recus = {j["extrait"] for j in rapport.publication.imports if j["annee"] == rapport.annee}
    absents = [f"extrait « {e} » non importé" for e in sorted(filter(None, enquetes - recus))]
    pourquoi = enumerer(manques or absents) or "extrait, colonne ou paramètre à renseigner"
    phrase = (
        "Rien à mesurer." if rien and not manques else f"Non calculable{'s' if len(titres) > 1 else ''} : {pourquoi}."
    )
    quoi = " ; ".join(titres) if any("," in titre for titre in titres) else enumerer(titres)
    sujet, phrase = echapper(typographie(f"{quoi}.")), echapper(typographie(phrase))
    return Figure(f'<p class="note" id="fig-{identifiant}"><strong>{sujet}</strong> {phrase}</p>')


# --- Its pieces ------------------------------------------------------------------------------------------------------


def periode(tables: Iterable[PublishedTable]) -> str | None:
    """« 2018-2022 », the years of which some tables know something, or the only one; None when they have none."""
    lues = {annee for table in tables for annee in table.annees_connues}
    return etendue_en_annees(lues) if lues else None


def replier(nom: str, contenu: str) -> str:
    """Ce qu’un bouton déplie ; après deux-points, son nom n’est que lu à voix haute : « Données »."""
    vu, _, suite = nom.partition(" : ")
    entier = f' aria-label="{echapper(typographie(nom))}"' if suite else ""
    return f'<details class="donnees"><summary{entier}>{echapper(vu)}</summary>{contenu}</details>'


def lien_du_classeur(indicateurs: Sequence[Indicateur], racine: str = "") -> str:
    """Where the figures of indicators are in the workbook, and the way there if it is beside."""
    mot = "feuille" if len(indicateurs) == 1 else "feuilles"
    liste = enumerer([f"« {nom_de_feuille(indicateur)} »" for indicateur in indicateurs])
    nom = "Classeur bilan.xlsx"
    classeur = f'<a href="{racine}bilan.xlsx">{nom}</a>' if a_cote_du_bilan() else nom
    return f'<p class="note">{classeur}, {mot} {echapper(typographie(liste))}</p>'


def note_de_secret(tables: Sequence[PublishedTable]) -> str:
    """How many figures are masked; nothing when none is."""
    secrets = sum(table.nb_secrets for table in tables)
    return f"Secret statistique : {accorder(secrets, 'chiffre masqué', 'chiffres masqués')} (« s »)." if secrets else ""


def note_des_absences(rapport: Rapport, tables: Iterable[PublishedTable]) -> str:
    """In which years some figures could not be computed, and why: « nd » alone does not tell."""
    annees_de: dict[str, set[int]] = {}
    for table in tables:
        for annee in table.annees_sans_donnee:
            annees_de.setdefault(enumerer(rapport.manques(table.indicateur.code, annee=annee)), set()).add(annee)
    annees_de.pop("", None)
    return " ".join(
        f"« nd » en {enumerer([str(annee) for annee in sorted(annees)])} : {pourquoi}."
        for pourquoi, annees in annees_de.items()
    )


def note_des_resultats_tus(tables: Mapping[str, Iterable[Chiffre]]) -> str:
    """The communes whose objective has a masked figure and a result that is not told (D19), and why.

    ``tables``: one, or several by what tells them apart. Beyond a few names the drawing and its table tell the others.
    """
    tus: dict[str, list[str]] = {}
    for nom, chiffres in tables.items():
        for c in chiffres:
            if c.est_secret and signe(c.ligne, "resultat") == SECRET_COURT:
                tus.setdefault(c.nom, []).append(nom)
    if not tus:
        return ""
    combien = _NOMMES if len(tables) == 1 else _NOMMES_DE_PLUSIEURS
    noms = list(tus)[: len(tus) if len(tus) <= combien else combien - 1]
    qui = [f"{nom} ({enumerer(tus[nom])})" if len(tables) > 1 and len(tus) <= combien else nom for nom in noms]
    qui += [f"{len(tus) - len(noms)} autres (« s »)"] if len(noms) < len(tus) else []
    pourquoi = "là où un petit effectif s’en déduirait"
    return f"Ni chiffre ni résultat {pourquoi} : {enumerer(qui)}."


# --- Its source: which extracts its indicators count, which of their cells could not be read -------------------------


def source(rapport: Rapport, codes: Sequence[str], periode: str) -> str:
    """« Source : extraits des attributions et des demandes 2018-2022, Val Métropole. »."""
    comptes = [rapport.registre.par_code[code].compte for code in codes]
    extraits = list(dict.fromkeys(e for compte in comptes for e in _populations(compte)))
    liste = enumerer([f"des {extrait}" for extrait in extraits if extrait in EXTRAITS])
    noms = [f"extraits {liste}"] if liste else []
    noms += dict.fromkeys(_nom(rapport, extrait) for extrait in extraits if extrait not in (*EXTRAITS, PARC))
    parc = ", parc social par commune" if PARC in extraits else ""
    texte = f"Source : {', '.join(noms)} {periode}{parc}, {rapport.projet.epci_nom_court}."
    return " ".join(filter(None, (texte, lacunes(rapport, codes), rapport.mention)))


def avec_les_illisibles(rapport: Rapport, code: str, libelles: dict[str, str]) -> dict[str, str]:
    """The labels of the classes of an indicator: what could not be read is not « non renseigné » (D18)."""
    axe = DIMENSIONS.get(rapport.registre.par_code[code].compte.axe)
    utiles = axe.colonnes if axe else ()
    if NON_RENSEIGNE not in libelles or not _noms(rapport, code, utiles, rapport.illisibles):
        return libelles
    return libelles | {NON_RENSEIGNE: ou_illisible(libelles[NON_RENSEIGNE])}


def ou_illisible(nom: str) -> str:
    """« Non renseigné ou illisible », « Non renseignés ou illisibles »."""
    return f"{nom} ou {'illisibles' if nom.endswith('s') else 'illisible'}"


def lacunes(rapport: Rapport, codes: Iterable[str]) -> str:
    """Ce qui manque à des indicateurs cette année : cellules illisibles, colonnes que des fichiers n’ont pas ; ou rien.

    Combien n’est dit sous aucune figure.
    """
    dites = []
    for quoi, ou in (
        ("Cellules illisibles", rapport.illisibles), ("Colonnes que des fichiers n’ont pas", rapport.absentes),
        ("Colonnes que les fichiers n’ont pas", rapport.manquantes),
    ):  # fmt: skip
        noms = dict.fromkeys(
            f"« {nom} »"
            for code in codes
            for nom in _noms(rapport, code, rapport.registre.par_code[code].colonnes, ou)
            if not any(f"« {nom} »" in pourquoi for pourquoi in rapport.manques(code))  # Nothing is counted there.
        )
        dites += [f"{quoi}, comptées comme si elles étaient vides : {', '.join(noms)}."] if noms else []
    return " ".join(dites)


def a_des_fichiers_incomplets(rapport: Rapport, code: str) -> bool:
    """Whether files of the year lack a column of an indicator: who sent them is not to be compared with the others."""
    return bool(_noms(rapport, code, rapport.registre.par_code[code].colonnes, rapport.absentes))


def _noms(rapport: Rapport, code: str, utiles: Collection[str], lues: Callable[[str], Collection[str]]) -> list[str]:
    """The names of the columns of use to an indicator, among those that ``lues`` gives of an extract."""
    dictionnaires = rapport.references.dictionnaires
    extraits = [e for e in _populations(rapport.registre.par_code[code].compte) if e in dictionnaires]
    connues = ((dictionnaires[e].colonnes, n) for e in extraits for n in lues(e) if n in utiles)
    return [colonnes[n].libelle for colonnes, n in connues if n in colonnes]


def _populations(compte: Compte) -> list[str]:
    population = compte.population or "attributions"
    populations = [*population.split("+"), *compte.rapporte_a.split("+")]
    return list(dict.fromkeys(source_de(p) for p in populations if p))


def _nom(rapport: Rapport, population: str) -> str:
    if population not in AUTRES_EXTRAITS:
        return POPULATIONS[population].source
    return minuscule(rapport.references.dictionnaires[AUTRES_EXTRAITS[population]].libelle)
