-- R: requests closed and dwellings refused. Q: completeness of the extracts.
INSERT INTO termes
FROM parts('R01', ['epci'], r AND motif_radiation <> 'DERADIATION', motif_radiation)
UNION ALL FROM compte('R02', ['epci', 'commune'], p AND est_attribuee, est_refusee)
UNION ALL
FROM compte('R02', ['epci'], p AND est_attribuee, est_refusee, _acteur_type := 'bailleur', _acteur := bailleur)
UNION ALL
FROM compte('R02', ['epci'], p AND est_attribuee, est_refusee, _acteur_type := 'reservataire', _acteur := reservataire)
UNION ALL FROM parts('R02M', ['epci'], p AND est_refusee, motif_refus);

-- From the request to the lease, by the income of the household.
INSERT INTO termes
FROM parts('R03', ['epci'], a OR d, quartile)
UNION ALL FROM compte('R03Q', ['epci'], (a OR d) AND quartile <> 'NR', quartile = 'Q1')
UNION ALL FROM parts('R04', ['epci'], p AND est_premiere, quartile)
UNION ALL FROM parts('R05', ['epci'], est_premier_accord, quartile)
UNION ALL FROM compte('R06', ['epci', 'en_qpv', 'hors_qpv'], p AND quartile <> 'NR', quartile = 'Q1')
UNION ALL
FROM compte('R06', ['epci'], p AND quartile <> 'NR', quartile = 'Q1', _acteur_type := 'bailleur', _acteur := bailleur)
UNION ALL FROM compte('R07', ['epci', 'en_qpv', 'hors_qpv'], est_attribuee AND quartile <> 'NR', quartile = 'Q1')
UNION ALL
FROM compte('R07', ['epci'], est_attribuee AND quartile <> 'NR', quartile = 'Q1', _acteur_type := 'bailleur', _acteur := bailleur)
UNION ALL FROM compte('R08', ['epci', 'en_qpv', 'hors_qpv'], est_attribuee AND est_loue AND quartile <> 'NR', quartile = 'Q1')
UNION ALL
FROM compte('R08', ['epci'], est_attribuee AND est_loue AND quartile <> 'NR', quartile = 'Q1', _acteur_type := 'bailleur',
    _acteur := bailleur)
UNION ALL FROM parts('R09', ['epci'], p, coalesce(decision, 'NR'))
UNION ALL FROM parts('R09Q', ['epci'], p AND quartile = 'Q1', coalesce(decision, 'NR'))
UNION ALL FROM parts('R10', ['epci'], p AND decision = 'NON_ATTRIBUTION', coalesce(motif_non_attribution, 'NR'))
UNION ALL
FROM parts('R10Q', ['epci'], p AND decision = 'NON_ATTRIBUTION' AND quartile = 'Q1', coalesce(motif_non_attribution, 'NR'))
UNION ALL FROM compte('R11', ['epci'], est_attribuee, est_refusee, _modalite := quartile)
UNION ALL FROM compte('R12', ['epci'], p AND loyer_eur IS NOT NULL, false, _modalite := quartile)
UNION ALL FROM compte('R13', ['epci'], p AND taux_effort_pct IS NOT NULL, false, _modalite := quartile)
UNION ALL FROM compte('R14', ['epci'], p AND est_en_flux IS NOT NULL, est_en_flux, _modalite := quartile)
UNION ALL FROM compte('R15', ['epci'], est_attribuee AND est_loue, true);
INSERT INTO delais
SELECT 'R12', annee, 'epci', getvariable('epci'), '', '', quartile, round(median(loyer_eur), 1)
FROM lignes WHERE p AND loyer_eur IS NOT NULL GROUP BY ALL
UNION ALL
SELECT 'R13', annee, 'epci', getvariable('epci'), '', '', quartile, round(median(taux_effort_pct), 1)
FROM lignes WHERE p AND taux_effort_pct IS NOT NULL GROUP BY ALL;

INSERT INTO termes
WITH vides AS (
    UNPIVOT (SELECT population, annee, ligne, COLUMNS(* EXCLUDE (population, annee, ligne)) IS NULL FROM brutes)
    ON COLUMNS(* EXCLUDE (population, annee, ligne)) INTO NAME colonne VALUE est_vide
),
comptees AS (
    SELECT colonne, ligne, 1 AS n, 0 AS d, population, annee FROM vides
    WHERE est_vide AND ligne IN (SELECT l.ligne FROM lignes l) AND (population, colonne) IN (SELECT (k.population, k.colonne) FROM dictionnaire k WHERE comptee)
    UNION ALL SELECT '*', ligne, 0, 1, population, annee FROM lignes
)
SELECT
    CASE population WHEN 'A' THEN 'Q01' ELSE 'Q01' || population END, annee, 'epci', getvariable('epci'), '', '',
    colonne, ligne, n, d
FROM comptees;
