-- R: requests closed and dwellings refused. Q: completeness of the extracts.
INSERT INTO termes
FROM parts('R01', ['epci'], r AND motif_radiation <> 'DERADIATION', motif_radiation)
UNION ALL FROM compte('R02', ['epci', 'commune'], p AND est_attribuee, est_refusee)
UNION ALL
FROM compte('R02', ['epci'], p AND est_attribuee, est_refusee, _acteur_type := 'bailleur', _acteur := bailleur)
UNION ALL
FROM compte('R02', ['epci'], p AND est_attribuee, est_refusee, _acteur_type := 'reservataire', _acteur := reservataire)
UNION ALL FROM parts('R02M', ['epci'], p AND est_refusee, motif_refus);

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
