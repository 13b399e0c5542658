-- What the model has to beat: the share of late flights by airport and hour in the training months, drawn towards the
-- share over all airports and hours where few flights were seen. One probability per test row, in the file's order.
WITH overall AS (
  SELECT avg(late) AS late_rate FROM training
),
cells AS (
  SELECT
    origin,
    hour,
    (sum(late) + $smoothing * (SELECT late_rate FROM overall)) / (count(*) + $smoothing) AS late_rate
  FROM training
  GROUP BY origin, hour
)
SELECT test.*, coalesce(cells.late_rate, (SELECT late_rate FROM overall)) AS baseline_probability
FROM test
LEFT JOIN cells ON cells.origin = test.origin AND cells.hour = test.hour
ORDER BY test.file_row_number
