-- L’estimation de Kaplan-Meier d’une année, avec entrée différée (systemes/attente.py). Une demande suivie est vue pour
-- la première fois après le jour « debut » depuis son dépôt, pour la dernière au jour « fin », et alors logée (« issue »).
WITH suivies AS ({suivies}),
vues AS (SELECT {cles}, count(*) AS nombre, max(fin) AS dernier, min(attente_minimale) AS minimum FROM suivies GROUP BY ALL),
-- À chaque durée où l’on est logé : combien attendaient jusque-là, et combien le sont.
durees_vues AS (
  SELECT {cles}, jour, sum(loge) AS loges, sum(sum(entree)) OVER (
    PARTITION BY {cles} ORDER BY jour ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS a_risque
  FROM (
    SELECT *, debut AS jour, 1 AS entree, 0 AS loge FROM suivies WHERE fin >= 0
    UNION ALL SELECT *, fin AS jour, -1 AS entree, issue::INTEGER AS loge FROM suivies WHERE fin >= 0)
  GROUP BY {cles}, jour
),
-- La part qui attend encore juste après, combien sont déjà logés, et le plus petit nombre sur lequel elle repose.
courbe AS (
  SELECT {cles}, jour, product(1 - loges / a_risque) OVER depuis AS part, min(a_risque) OVER depuis AS moins,
    sum(loges) OVER depuis AS deja_loges
  FROM durees_vues WHERE loges > 0 WINDOW depuis AS (PARTITION BY {cles} ORDER BY jour)
),
estimees AS (
  SELECT {cles}, modalite, mois, nombre, minimum, CASE
    WHEN mois IS NULL THEN CASE WHEN arg_min(moins, jour) FILTER (WHERE part <= 0.5 + 1e-12) >= minimum
      THEN round(min(jour) FILTER (WHERE part <= 0.5 + 1e-12) / {jours_par_mois}, 1) END
    WHEN dernier < mois * {jours_par_mois} AND coalesce(min(part), 1) > 0 THEN NULL
    WHEN min(moins) FILTER (WHERE jour <= mois * {jours_par_mois}) < minimum THEN NULL
    ELSE 100 * coalesce(min(part) FILTER (WHERE jour <= mois * {jours_par_mois}), 1) END AS valeur,
    coalesce(max(deja_loges) FILTER (WHERE jour <= mois * {jours_par_mois}), 0) AS loges
  FROM vues CROSS JOIN (VALUES {durees}) durees(modalite, mois) LEFT JOIN courbe USING ({cles})
  GROUP BY {cles}, modalite, mois, nombre, dernier, minimum
),
-- Deux parts qui se suivent disent combien sont logés entre les deux : s’ils sont peu, la courbe n’est plus dite.
pas AS (SELECT *, loges - lag(loges, 1, 0) OVER (PARTITION BY {cles} ORDER BY mois) AS depuis FROM estimees)
SELECT {cles}, modalite, nombre,
  CASE WHEN mois IS NULL OR NOT bool_or(depuis > 0 AND depuis < minimum) OVER (PARTITION BY {cles} ORDER BY mois)
    THEN valeur END AS valeur
FROM pas
