"""The timeline of the governance, until 31 December of the report's year: what is on it, in words too.

What is made up has lanes of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from cil_analysis.presentation import charts_frise
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import illustration
from cil_analysis.presentation.charts_frise import CARRE, PLEIN, VIDE, Barre, Couloir, Point
from cil_analysis.presentation.formats import RIEN, accorder, date_en_mots
from cil_analysis.presentation.gouvernance import a_part, documents_dates, mention, minuscule, nom_court, nombre_de
from cil_analysis.presentation.gouvernance_instances import (
    Changement,
    adhesions,
    changements,
    mouvements_en_mots,
    plenieres,
)  # fmt: skip
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.tables import Cellule, tableau_libre
from cil_analysis.reference.etats import EN_VIGUEUR, date_du_document
from cil_analysis.reference.gouvernance import est_fictive
from cil_analysis.reference.texte import typographie

_PLENIERE = "PLENIERE"


def frise_de_la_gouvernance(rapport: Rapport) -> Bloc:
    """Bars for the documents that have a term; points for the acts, the sessions and the changes of composition."""
    barres = _barres(rapport)
    actes = [_actes(rapport), *_seances(rapport)]
    couloirs = [*actes, *_composition(rapport)]
    debuts = [b.debut.year for b in barres] + [p.jour.year for c in actes for p in c.points]
    premiere = min([*debuts, rapport.annee])
    derniere = max([b.fin.year for b in barres] + [rapport.annee])
    montres = [Couloir(c.titre, [p for p in c.points if p.jour.year >= premiere]) for c in couloirs]
    couloirs = [couloir for couloir in montres if couloir.points]
    titre, texte = titre_de_la_frise(rapport), _description(barres, couloirs)
    dessin = charts_frise.frise(
        barres, couloirs, "frise-gouvernance", titre, texte, annee=rapport.annee, premiere=premiere, derniere=derniere
    )
    tables = [rapport.publication[code].ou(annee=rapport.annee) for code in ("G06", "G02", "G04", "G05")]
    sous_titre = f"Documents à terme, actes, séances et changements de composition, {premiere}-{derniere}"
    avant = any(a.jour.year < premiere for a in adhesions(rapport))
    note = f"Les adhésions d’avant {premiere} sont dans le tableau des changements de composition." if avant else ""
    periode = f"{premiere}-{rapport.annee}" if premiere < rapport.annee else str(rapport.annee)
    return illustration(
        rapport, "frise", titre, sous_titre, dessin, _donnees(rapport, premiere), tables, periode=periode, note=note
    )


def titre_de_la_frise(rapport: Rapport) -> str:
    """What the year holds, from published figures: documents in force, plenary sessions, changes of composition."""
    faits = []
    if rapport.chiffre("G06") is not None:
        en_vigueur = nombre_de(rapport, "G06", EN_VIGUEUR)
        faits.append(accorder(en_vigueur, "document en vigueur", "documents en vigueur"))
    tenues = rapport.chiffre("G01")
    if tenues is not None:
        une, plusieurs = "séance plénière", "séances plénières"
        if est_fictive(plenieres(rapport, [rapport.annee])).any():
            une, plusieurs = f"{une} fictive", f"{plusieurs} fictives"
        faits.append(accorder(tenues, une, plusieurs))
    if mots := mouvements_en_mots(rapport):
        fictifs = any(c.est_fictif and c.jour.year == rapport.annee for c in changements(rapport))
        faits.append(mots + (" (fictifs)" if fictifs else ""))
    return typographie(f"{rapport.annee} : {', '.join(faits)}" if faits else "La gouvernance dans le temps")


def _barres(rapport: Rapport) -> list[Barre]:
    documents = documents_dates(rapport)
    libelles = rapport.references.nomenclatures["etats_document"].libelles()
    debuts = date_du_document(documents.assign(date_adoption=documents["debut"].fillna(documents["date_adoption"])))
    a_terme = documents.assign(depart=debuts)[documents["fin"].notna() & debuts.notna()]
    return [
        Barre(
            typographie(nom_court(d)),
            minuscule(libelles[d["etat"]]) if d["etat"] else "",
            d["depart"].date(),
            d["fin"].date(),
            d["etat"] == EN_VIGUEUR,
        )
        for _, d in a_terme.sort_values(["depart", "fin"]).iterrows()
    ]


def _actes(rapport: Rapport) -> Couloir:
    """Acts and steps: what has a date and no term, and the adoption of what has a term is not one of them."""
    documents = documents_dates(rapport)
    dates = date_du_document(documents)
    sans_terme = documents.assign(jour=dates)[documents["fin"].isna() & dates.notna()].sort_values("jour")
    points = [
        Point(d["jour"].date(), typographie(nom_court(d)), CARRE, _date_connue(d)) for _, d in sans_terme.iterrows()
    ]
    return Couloir("Délibérations, arrêtés, étapes", points)


def _date_connue(document: pd.Series) -> str:
    """The day of adoption; of a document that has none, the year when it begins."""
    jour = document["date_adoption"]
    return str(document["debut"].year) if pd.isna(jour) else date_en_mots(jour)


def _seances(rapport: Rapport) -> list[Couloir]:
    """The sessions until 31 December, the made-up ones apart; the plenary ones of the year say their day."""
    seances = rapport.references.gouvernance.seances
    tenues = seances[seances["date"].le(pd.Timestamp(rapport.jour))].sort_values("date")
    return [
        Couloir(
            f"Séances{' fictives' if fictives else ''} (plénière : disque plein ; autre : anneau)",
            [
                Point(
                    s["date"].date(),
                    date_en_mots(s["date"]).rpartition(" ")[0] if _est_marquee(s, rapport.annee) else "",
                    PLEIN if s["type"] == _PLENIERE else VIDE,
                )
                for _, s in lues.iterrows()
            ],
        )
        for fictives, lues in a_part(tenues)
    ]


def _est_marquee(seance: pd.Series, annee: int) -> bool:
    return bool(seance["type"] == _PLENIERE and seance["date"].year == annee)


def _composition(rapport: Rapport) -> list[Couloir]:
    """Communes that joined or left, with their number; days on which seats changed, the made-up ones apart."""
    jour = pd.Timestamp(rapport.jour)
    communes = [
        Point(
            a.jour.date(),
            f"{'+' if a.verbe == 'entrée' else '−'}{accorder(len(a.noms), 'commune', 'communes')}",
            quand=a.quand,
        )
        for a in adhesions(rapport)
        if a.jour <= jour
    ]
    prises = {p.jour for p in communes}
    reels, fictifs = (
        [Point(le, forme=VIDE) for le in sorted({c.jour.date() for c in _sieges(rapport) if c.est_fictif == fictif})]
        for fictif in (False, True)
    )
    points = [*communes, *(p for p in reels if p.jour not in prises)]
    titre = "Composition (communes : disque plein ; sièges : anneau)" if reels else "Communes entrées ou sorties"
    return [Couloir(titre, sorted(points, key=lambda p: p.jour)), Couloir("Sièges fictifs (changements)", fictifs)]


def _sieges(rapport: Rapport) -> list[Changement]:
    return [c for c in changements(rapport) if c.quoi.startswith("siège")]


def _description(barres: Sequence[Barre], couloirs: Sequence[Couloir]) -> str:
    """The text alternative: each bar with its years and state, each lane with its days."""
    morceaux = [f"{b.nom}, de {b.debut.year} à {b.fin.year}{', ' + b.etat if b.etat else ''}." for b in barres]
    for couloir in couloirs:
        jours = " ; ".join(
            (p.quand or date_en_mots(p.jour)) + (f", {p.nom}" if p.nom and p.nom not in date_en_mots(p.jour) else "")
            for p in couloir.points
        )
        morceaux.append(f"{couloir.titre.partition(' (')[0]} : {jours}.")
    return typographie(" ".join(morceaux)) if morceaux else "Aucun événement daté."


def _donnees(rapport: Rapport, premiere: int) -> str:
    """Every dated event of the drawing in a table, oldest first."""
    documents = documents_dates(rapport)
    types = rapport.references.nomenclatures["types_seance"].libelles()
    evenements: list[tuple[date, str, str, str]] = [
        (
            jour.date(),
            _date_connue(d),
            "Document",
            f"{d['intitule']}{mention(d, 'document fictif')}"
            + (f" (jusqu’au {date_en_mots(d['fin'])})" if pd.notna(d["fin"]) else ""),
        )
        for (_, d), jour in zip(documents.iterrows(), date_du_document(documents), strict=True)
        if pd.notna(jour)
    ]
    seances = rapport.references.gouvernance.seances
    evenements += [
        (
            s["date"].date(),
            date_en_mots(s["date"]),
            types[s["type"]] + mention(s, "réunion fictive"),
            s["objet"] or RIEN,
        )
        for _, s in seances[seances["date"].le(pd.Timestamp(rapport.jour))].iterrows()
    ]
    evenements += [(c.jour.date(), c.quand, c.quoi, c.qui) for c in changements(rapport) if c.jour.year >= premiere]
    lignes: list[list[str | Cellule]] = [
        [
            quand,
            Cellule(typographie(genre[:1].upper() + genre[1:]), "texte"),
            Cellule(typographie(quoi), "texte"),
        ]
        for _, quand, genre, quoi in sorted(evenements, key=lambda e: e[0])
    ]
    return tableau_libre("Événements de la frise", ["Date", "Genre", "Événement"], lignes, [1, 2])
