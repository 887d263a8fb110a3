-- L’estimation de Kaplan-Meier d’une année, avec entrée différée. Elle n’est pas celle des demandes déposées ensemble :
-- chacune compte parmi celles qui attendent, de son dépôt ou, plus ancienne, du 1er janvier, jusqu’à ce qu’elle soit
-- logée ou perdue de vue (31 décembre, autre radiation). Sans cela, celles qui sont déposées depuis des années pèseraient
-- sur des durées où nulle de celles qui sont parties avant ne pouvait être vue.
WITH recues AS ({lignes}),
-- Elle est vue pour la première fois après le jour « debut » depuis son dépôt, pour la dernière au jour « fin », et alors
-- logée (« issue ») : le jour du bail s’il est de l’année, sinon celui de la radiation. Le jour du dépôt compte.
suivies AS (
  SELECT *, make_date(annee - 1, 12, 31) AS veille, coalesce(motif_radiation = 'RADATT', false) AS issue,
    CASE WHEN issue AND date_signature_bail > veille AND date_signature_bail <= date_radiation THEN date_signature_bail
      ELSE coalesce(date_radiation, make_date(annee, 12, 31)) END AS vue_le,
    greatest(date_diff('day', date_depot_demande, veille), -1) AS debut,
    date_diff('day', date_depot_demande, vue_le) AS fin
  FROM recues
),
vues AS (
  SELECT {cles}, count(*) AS nombre, coalesce(max(fin), -1) AS dernier, min(attente_minimale) AS minimum
  FROM suivies GROUP BY ALL
),
-- À chaque durée où l’on est logé : combien attendaient jusque-là, et combien le sont. La part qui attend encore est
-- multipliée par 1 - logés / en attente ; qui est perdu de vue ce jour-là y attend encore.
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
