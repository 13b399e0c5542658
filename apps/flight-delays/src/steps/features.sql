-- What is known about a flight when it departs, one row per flight. Edit it freely: every column but the three below
-- becomes an input of the model, text as a category, numbers as numbers. What is known of its airports by then is put
-- beside it: src/airport-delays.ts.
--
--   flight_date  the day, to split by time
--   known_at     the time as of which the airports' values are taken: the last full hour
--   late         the label: 1 when the flight arrives more than 15 minutes late
--
-- Never the minute: `date` is when the plane really left, so a delay shows in it (scheduled times are mostly
-- multiples of five minutes: of punctual flights 51 % leave on one, of late ones 29 %). Even the hour is known for
-- certain only at departure. Not the month either: the model is asked about a month that it never saw, and learns
-- from January's snow what isn't true of June.
SELECT
  flights.date::DATE               AS flight_date,
  date_trunc('hour', flights.date) AS known_at,
  flights.origin                   AS origin,
  flights.destination              AS destination,
  origin_airport.state             AS origin_state,
  destination_airport.state        AS destination_state,
  hour(flights.date)::TINYINT      AS hour,
  isodow(flights.date)::TINYINT    AS day_of_week,  -- 1 is Monday
  flights.distance::SMALLINT       AS distance,     -- miles
  (flights.delay > 15)::TINYINT    AS late
FROM flights
JOIN airports AS origin_airport      ON origin_airport.iata = flights.origin
JOIN airports AS destination_airport ON destination_airport.iata = flights.destination
