"""Plusieurs indicateurs coupés de la même façon, dans une seule figure : ``rapport["P01", "P01D"].par("classe")``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from cil_analysis.erreurs import ErreurCIL, Indisponible
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE
from cil_analysis.rapport import annees, comparateurs, tableaux
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.chiffre import Chiffre, Ecart, est_net, plus_grand_ecart
from cil_analysis.rapport.chiffres import Chiffres
from cil_analysis.rapport.dessins import barres, rangees
from cil_analysis.rapport.dessins import courbes as dessin_de_courbes
from cil_analysis.rapport.figure import Dits, Figure, illustrer
from cil_analysis.rapport.mots.gabarits import Gabarits
from cil_analysis.rapport.mots.lignes import en_mots, en_suites
from cil_analysis.rapport.table import QuiSeDit, Table, montrer
from cil_analysis.rapport.usages import exiger_des_series, exiger_la_meme_unite, exiger_parmi

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from cil_analysis.rapport.rapport import Rapport


class Reglages(TypedDict, total=False):
    """Ce que ``barres`` règle."""

    noms: Sequence[str]
    donnees: Mapping[str, tableaux.Colonne] | None


@dataclass(frozen=True)
class CoteACote(QuiSeDit):
    """Plusieurs indicateurs, coupés tous de la même façon ; ``.premier`` et ``.second`` les donnent un à un."""

    tables: tuple[Table, ...]
    lus = ("ecart", "se_ressemblent", "premier", "second", "masques")

    @property
    def rapport(self) -> Rapport:  # type: ignore[override]
        """Celui dont ils viennent."""
        return self.premier.rapport

    def par(self, *axes: str) -> Self:
        """Les couper : voir ``help(rapport["O01"].par)``."""
        return replace(self, tables=tuple(t.par(*axes) for t in self.tables))

    def sans(self, *codes: str | int) -> Self:
        """Sans ceux de certains codes du premier axe."""
        return replace(self, tables=tuple(t.sans(*codes) for t in self.tables))

    @property
    def premier(self) -> Table:
        """Le premier indicateur."""
        return self.tables[0]

    @property
    def second(self) -> Table:
        """Le deuxième."""
        return self.tables[1]

    @property
    def masques(self) -> int:
        """Combien de leurs chiffres sont masqués."""
        return sum(t.masques for t in self.tables)

    @property
    def ecart(self) -> Ecart:
        """Le plus grand écart publié entre les deux premiers, dans un sens ou dans l’autre.

        « un » et « autre » sont ses deux chiffres, « nom » leur classe, « points » l’écart. Il n’y en a pas en dessous
        de deux erreurs types, ni là où ce qui n’est pas renseigné l’expliquerait, ni pour une variable sensible, qui ne
        se lit pas seule.
        """
        return plus_grand_ecart([] if self.premier.est_sensible else self._publies, self._tu)

    @property
    def se_ressemblent(self) -> bool:
        """Si tous sont publiés et qu’aucun écart ne dépasse deux erreurs types."""
        if not self._publies or self.masques or self.premier.est_sensible:
            return False
        return not any(est_net(*paire) for paire in self._publies)

    @property
    def _publies(self) -> list[tuple[Chiffre, Chiffre]]:
        autres = {c.cle: c for c in self.second.publies}
        return [(c, autres[c.cle]) for c in self.premier.publies if c.cle in autres]

    @property
    def _tu(self) -> float:
        """How far apart the parts « non renseigné » of both are: who is not told is of some class."""
        parts = [t for t in self.tables[:2] if t.indicateur.compte.part_de == "modalite"]
        tus = [sum(c.valeur for c in t if c.est_publie and not c.est_renseigne) for t in parts]
        return abs(tus[0] - tus[1]) if len(tus) == 2 else 0.0

    def barres(
        self, titre: Gabarits, sous_titre: Gabarits = "", entete: str = "", note: str = "", **reglages: Unpack[Reglages]
    ) -> Figure:
        """Deux barres par classe, une par indicateur. Une classe vide des deux côtés n’est que dans les données.

        ``entete`` : ce qu’est une classe ; ``noms=("Ménages logés", "Demandeurs")`` dit ce qu’est chaque barre ;
        ``donnees`` : les colonnes de la table de données ; celles sans chiffres n’y sont pas.

        >>> rapport["P01", "P01D"].par("classe").barres("Âge", noms=("Ménages logés", "Demandeurs"))  # doctest: +SKIP
        """
        exiger_parmi(reglages, Reglages.__annotations__, "un réglage de ce dessin")
        par_nom, donnees = self._par_nom(reglages.get("noms", ())), reglages.get("donnees")
        dessines = {nom: t for nom, t in list(par_nom.items())[:2] if t.a_des_chiffres}
        par_cle = [{c.cle: c for c in t} for t in dessines.values()]
        cles = dict.fromkeys(cle for chiffres in par_cle for cle in chiffres)
        tous = [c for chiffres in par_cle for c in chiffres.values()]
        pleines = {c.cle for c in tous if c.est_secret or (c.est_publie and c.valeur != 0)} or cles
        lues = [[chiffres.get(cle) for chiffres in par_cle] for cle in cles if cle in pleines]
        dits = self.dits(titre, sous_titre, note)
        return self._figure(dits, entete, par_nom, donnees, lambda: barres.dessiner_cote_a_cote(lues, list(dessines)))

    def etendues(
        self, titre: Gabarits, sous_titre: Gabarits = "", entete: str = "", note: str = "",
        donnees: Mapping[str, tableaux.Colonne] | None = None,
    ) -> Figure:  # fmt: skip
        """Par classe, la moitié centrale et la médiane : premier quartile, médiane, troisième quartile, dans cet ordre.

        >>> rapport["V06P25", "V06", "V06P75"].par("classe").etendues("Délai par type de logement")  # doctest: +SKIP
        """
        if len(self.tables) != 3:
            raise ErreurCIL(
                "Une étendue se dessine de trois indicateurs. Écrire ceux du premier quartile, de la médiane et du "
                "troisième quartile, dans cet ordre, entre les crochets de rapport[…]."
            )
        dits = self.dits(titre, sous_titre, note)
        return self._figure(dits, entete, self._par_nom(), donnees, lambda: rangees.dessiner_des_etendues(self.tables))

    def _par_nom(self, noms: Sequence[str] = ()) -> dict[str, Table]:
        if noms and len(noms) != len(self.tables):
            raise ErreurCIL(f"« noms » en donne {len(noms)} pour {len(self.tables)} indicateurs. En écrire un chacun.")
        return dict(zip(noms or [t.indicateur.titre for t in self.tables], self.tables, strict=True))

    def _figure(
        self, dits: Dits, entete: str, par_nom: Mapping[str, Table], donnees: Mapping[str, tableaux.Colonne] | None,
        dessiner: Callable[[], Axes],
    ) -> Figure:  # fmt: skip
        """The figure of the whole; its text alternative says each indicator that has figures behind its name."""
        utiles = {nom: t for nom, t in par_nom.items() if t.a_des_chiffres} or par_nom
        colonnes = {
            nom: t for nom, t in (donnees or par_nom).items() if not isinstance(t, Chiffres) or t.a_des_chiffres
        }
        suites = [f"{nom} : {' ; '.join(map(en_mots, t))}." for nom, t in utiles.items() if len(t)]
        dits = dits._replace(alternative=" ".join(suites))
        return montrer(self.tables, dits, dessiner, colonnes, entete, dits.sous_titre or dits.titre)


def cote_a_cote(_rapport: Rapport, un: Table, autre: Table, *, classes_communes: bool = False) -> CoteACote:
    """Deux tables coupées de la même façon, qui diffèrent par leur indicateur, leur année ou leur lieu.

    ``classes_communes`` : dans les classes que les deux définissent (le « groupe » de leur nomenclature).

    >>> rapport.cote_a_cote(rapport["P01"].par("classe"), enquete["S06"].par("classe"))  # doctest: +SKIP
    """
    return CoteACote(_en_classes_communes(un, autre) if classes_communes else (un, autre))


def par_ecart(_rapport: Rapport, paires: Mapping[str, CoteACote]) -> dict[str, Ecart]:
    """L’écart de chaque paire de tables, le plus grand d’abord ; sans celles qui n’en ont pas de net.

    >>> rapport.par_ecart({"l’âge": rapport["P01", "P01D"].par("classe")})  # doctest: +SKIP
    """
    trouves = {}
    for nom, paire in paires.items():
        with suppress(Indisponible):
            trouves[nom] = paire.ecart
    return dict(sorted(trouves.items(), key=lambda cas: -abs(cas[1].points)))


def _en_classes_communes(*tables: Table) -> tuple[Table, ...]:
    """In the classes that all define: the « groupe » of a list, else the label."""
    lues: list[dict[str, str]] = []
    for table in tables:
        liste = table.rapport.references.nomenclatures[table.indicateur.modalites]
        codes = [c.cle[-1] for c in table]
        lues.append({c: c if c == NON_RENSEIGNE else liste.groupe(c) or liste.libelle(c) for c in codes})
    communes = set.intersection(*(set(siennes.values()) for siennes in lues))
    gardees = [{code: classe for code, classe in siennes.items() if classe in communes} for siennes in lues]
    return tuple(
        replace(table.ou(classe=list(siennes)), classes=siennes) for table, siennes in zip(tables, gardees, strict=True)
    )


# --- Lines, and ready rows: methods of the report --------------------------------------------------------------------


def courbes(
    _rapport: Rapport, titre: Gabarits, sous_titre: Gabarits, series: Mapping[str, Table], entete: str = "",
    donnees: Mapping[str, tableaux.Colonne] | None = None, **reglages: Unpack[dessin_de_courbes.Reglages],
) -> Figure:  # fmt: skip
    """Une courbe par indicateur, de même unité et coupés tous de la même façon, par année ou par classe.

    ``donnees`` : des colonnes de plus dans la table de données.

    >>> rapport.courbes("Titre", "", {"Entrées": rapport["D01"].par("annee")})  # doctest: +SKIP
    """
    exiger_des_series(series)
    exiger_parmi(reglages, dessin_de_courbes.Reglages.__annotations__, "un réglage de ce dessin")
    tables = list(series.values())
    premiere, marques = tables[0], annees.ruptures_de(tables)
    lues = {nom: list(table) for nom, table in series.items() if len(table)}
    exiger_la_meme_unite({nom: chiffres[0].unite for nom, chiffres in lues.items()})
    pas = {code: nom for table in tables for code, nom in table.pas.items()}
    voulues = {**series, **(donnees or {})}
    autres, tracees = comparateurs.a_cote_de(series, voulues)
    voulues |= comparateurs.en_colonnes(autres)
    dessiner = partial(dessin_de_courbes.dessiner, lues, pas, reglages, marques, tracees)
    dits = premiere.dits(titre, sous_titre, "", en_suites(lues))
    return montrer(tables, annees.en_series(dits, tables, autres=autres), dessiner, voulues, entete)


class Autour(TypedDict, total=False):
    """La table de données d’une figure, et sa note."""

    donnees: Bloc
    note: str


def barres_pretes(
    rapport: Rapport, titre: Gabarits, sous_titre: Gabarits, lignes: pd.DataFrame, chiffres: Sequence[Table],
    **autour: Unpack[Autour],
) -> Figure:  # fmt: skip
    """Une barre par ligne d’une table toute prête : son ``nom``, de ``debut`` à ``fin``, puis ses ``mots``.

    ``debut`` et ``fin`` : des nombres, ou des jours ; sans ``fin``, un intertitre ; ``fort`` : en couleur, sinon en
    gris. ``chiffres`` : ceux qu’elle montre, pour sa source et ses définitions ; ``donnees`` : sa table, qui prend la
    place du dessin quand il n’y a pas de ligne.

    >>> rapport.barres("Titre", "", lignes, [rapport["G06"]], donnees=tableau)  # doctest: +SKIP
    """
    donnees = autour.get("donnees", Bloc("")).html
    dites = "".join(
        f"{nom} : " if est_un_intertitre else f"{', '.join(filter(None, (nom, mots)))} ; "
        for nom, mots, est_un_intertitre in zip(lignes["nom"], lignes["mots"], lignes["fin"].isna(), strict=True)
    )
    dits = Dits(
        rapport.dire(titre), rapport.dire(sous_titre), autour.get("note", ""), f"{dites.removesuffix(' ; ')}.",
        identifiant=f"lignes-{chiffres[0].identifiant}",
    )  # fmt: skip
    tables = [c.publiee for c in chiffres]
    if lignes.empty:
        return illustrer(rapport, dits, donnees, "", tables, projete=False)
    return illustrer(rapport, dits, partial(barres.dessiner_des_lignes, lignes, rapport.annee), donnees, tables)
