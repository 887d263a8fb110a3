-- One row of `termes`: one row of an extract counts n times in the numerator and d times in the denominator of a figure.
-- Under the modalite « * » it counts in the denominator of every class.
CREATE TABLE termes (
    indicateur VARCHAR, annee INTEGER, perimetre_type VARCHAR, perimetre_code VARCHAR, acteur_type VARCHAR,
    acteur_code VARCHAR, modalite VARCHAR, ligne BIGINT, n BIGINT, d BIGINT
);

-- The rows for which _quand is true, in the places _lieux: in the denominator, and in the numerator when _n is true.
CREATE MACRO compte(_code, _lieux, _quand, _n, _d := true, _acteur_type := '', _acteur := '', _modalite := '') AS TABLE
SELECT
    _code AS indicateur, annee, perimetre_type, perimetre_code, _acteur_type AS acteur_type, _acteur AS acteur_code,
    _modalite AS modalite, ligne, (_n)::BIGINT AS n, (_d)::BIGINT AS d
FROM par_lieu WHERE (_quand) AND list_contains(_lieux, perimetre_type);

-- The same rows in the classes of a dimension: in the numerator of their own, in the denominator of all of them.
CREATE MACRO parts(_code, _lieux, _quand, _classe) AS TABLE
FROM compte(_code, _lieux, _quand, true, _d := false, _modalite := _classe)
UNION ALL FROM compte(_code, _lieux, _quand, false, _modalite := '*');

-- The same for each actor of the year.
CREATE MACRO parts_des_acteurs(_code, _lieux, _quand, _acteur_type, _acteur) AS TABLE
SELECT
    _code, annee, perimetre_type, perimetre_code, t.acteur_type, t.acteur_code, '', ligne,
    ((_acteur) = t.acteur_code)::BIGINT, 1
FROM par_lieu JOIN acteurs t USING (annee)
WHERE t.acteur_type = _acteur_type AND t.population = 'A' AND (_quand) AND list_contains(_lieux, perimetre_type);
