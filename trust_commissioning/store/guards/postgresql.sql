-- What the database refuses, on PostgreSQL. Statements are parted by a line of two double hyphens.
-- Every message names a fact; the same names stand in sqlite.sql.
-- The posting trigger holds its journal FOR SHARE, and posting is refused to a transaction that does
-- not see what others commit meanwhile: otherwise a race could leave a posted journal that does not
-- balance.
-- Every function names its search path: else a temporary table of the same name would come first.
-- The chain and the balances move once for each statement: a row changed thousands of times in one
-- transaction would be read ever more slowly.

-- --
CREATE OR REPLACE FUNCTION guard_refuse(fact text) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'guard: %', fact USING ERRCODE = 'check_violation';
END $$
-- --
CREATE OR REPLACE FUNCTION guard_refuse_always() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM guard_refuse(TG_ARGV[0]);
  RETURN NULL;
END $$
-- --
CREATE OR REPLACE FUNCTION guard_journal_insert() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.status <> 'draft' THEN
    PERFORM guard_refuse('journal_enters_as_draft');
  END IF;
  IF (NEW.authored_by <> 'batch'
      AND NOT EXISTS (SELECT 1 FROM person WHERE username = NEW.author))
     OR (NEW.authored_by = 'batch' AND NEW.author IS DISTINCT FROM NEW.batch) THEN
    PERFORM guard_refuse('author_unknown');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_journal_insert BEFORE INSERT ON journal
FOR EACH ROW EXECUTE FUNCTION guard_journal_insert()
-- --
CREATE OR REPLACE FUNCTION guard_journal_update() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.status = 'posted' THEN
    PERFORM guard_refuse('posted_journal_never_changes');
  END IF;
  IF NEW.id <> OLD.id OR NEW.source <> OLD.source OR NEW.source_ref <> OLD.source_ref
     OR NEW.author <> OLD.author OR NEW.authored_by <> OLD.authored_by
     OR NEW.batch IS DISTINCT FROM OLD.batch OR NEW.batch_row IS DISTINCT FROM OLD.batch_row
     OR NEW.reverses IS DISTINCT FROM OLD.reverses OR NEW.entered_at <> OLD.entered_at THEN
    PERFORM guard_refuse('journal_key_never_changes');
  END IF;
  IF NEW.version <> OLD.version + 1 THEN
    PERFORM guard_refuse('version_rises_by_one');
  END IF;
  IF (OLD.status = 'submitted' OR NEW.status = 'posted')
     AND (NEW.book <> OLD.book OR NEW.fund <> OLD.fund OR NEW.year <> OLD.year
       OR NEW.period <> OLD.period OR NEW.day <> OLD.day
       OR NEW.document_day IS DISTINCT FROM OLD.document_day
       OR NEW.narration <> OLD.narration OR NEW.payee <> OLD.payee
       OR NEW.contents_hash <> OLD.contents_hash) THEN
    PERFORM guard_refuse('submitted_journal_never_changes');
  END IF;
  IF NEW.status = 'posted' AND OLD.status = 'draft' AND NEW.authored_by = 'person' THEN
    PERFORM guard_refuse('keyed_journal_is_submitted_first');
  END IF;
  IF NEW.fund <> OLD.fund
     AND EXISTS (SELECT 1 FROM posting WHERE journal_id = OLD.id) THEN
    PERFORM guard_refuse('posting_to_another_fund');
  END IF;
  IF NEW.status = 'submitted' THEN
    PERFORM 1 FROM period
      WHERE year = NEW.year AND number = NEW.period AND status = 'open' FOR SHARE;
    IF NOT FOUND THEN
      PERFORM guard_refuse('period_not_open');
    END IF;
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_journal_update BEFORE UPDATE ON journal
FOR EACH ROW EXECUTE FUNCTION guard_journal_update()
-- --
CREATE OR REPLACE FUNCTION guard_journal_delete() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.status = 'posted' THEN
    PERFORM guard_refuse('posted_journal_never_deleted');
  END IF;
  IF EXISTS (SELECT 1 FROM posting WHERE journal_id = OLD.id) THEN
    PERFORM guard_refuse('journal_has_postings');
  END IF;
  RETURN OLD;
END $$
-- --
CREATE TRIGGER guard_journal_delete BEFORE DELETE ON journal
FOR EACH ROW EXECUTE FUNCTION guard_journal_delete()
-- --
CREATE OR REPLACE FUNCTION guard_journal_post() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    PERFORM guard_refuse('posting_needs_read_committed');
  END IF;
  IF NEW.authored_by = 'person' AND NEW.posted_by = NEW.author THEN
    PERFORM guard_refuse('poster_is_author');
  END IF;
  IF length(NEW.hash) <> 64 OR NEW.hash = NEW.previous_hash THEN
    PERFORM guard_refuse('chain_is_broken');
  END IF;
  IF NEW.number <> NEW.year || '/' ||
        lpad(NEW.number_in_year::text, greatest(6, length(NEW.number_in_year::text)), '0') THEN
    PERFORM guard_refuse('number_is_not_the_next');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_journal_post BEFORE UPDATE OF status ON journal
FOR EACH ROW WHEN (NEW.status = 'posted') EXECUTE FUNCTION guard_journal_post()
-- --
CREATE OR REPLACE FUNCTION guard_journal_moves() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  head chain_head%ROWTYPE;
  moved bigint;
  first bigint;
  last bigint;
  unbalanced boolean;
  few boolean;
  elsewhere boolean;
BEGIN
  SELECT count(*), min(n.sequence), max(n.sequence) INTO moved, first, last
    FROM now_rows n JOIN old_rows o ON o.id = n.id
   WHERE n.status = 'posted' AND o.status <> 'posted';
  IF moved = 0 THEN
    RETURN NULL;
  END IF;
  PERFORM 1 FROM period p
    WHERE (p.year, p.number) IN (SELECT n.year, n.period FROM now_rows n) FOR SHARE;
  IF EXISTS (
    SELECT 1 FROM now_rows n
     WHERE n.status = 'posted' AND NOT EXISTS (
       SELECT 1 FROM period p
        WHERE p.year = n.year AND p.number = n.period AND p.status = 'open'
          AND n.day BETWEEN p.starts AND p.ends)) THEN
    PERFORM guard_refuse('period_not_open');
  END IF;
  SELECT COALESCE(bool_or(lines.difference <> 0), false), COALESCE(bool_or(lines.few), false),
         COALESCE(bool_or(lines.elsewhere), false)
    INTO unbalanced, few, elsewhere
    FROM (SELECT COALESCE(SUM(p.pence), 0) AS difference, COUNT(p.pence) < 2 AS few,
                 COUNT(*) FILTER (WHERE p.fund <> n.fund) > 0 AS elsewhere
            FROM now_rows n LEFT JOIN posting p ON p.journal_id = n.id
           WHERE n.status = 'posted' GROUP BY n.id) AS lines;
  IF unbalanced THEN
    PERFORM guard_refuse('journal_does_not_balance');
  END IF;
  IF few THEN
    PERFORM guard_refuse('journal_has_too_few_postings');
  END IF;
  IF elsewhere THEN
    PERFORM guard_refuse('posting_to_another_fund');
  END IF;
  IF EXISTS (
    SELECT 1 FROM now_rows n
      LEFT JOIN person who ON who.username = n.posted_by AND who.active
      LEFT JOIN import_batch b ON b.id = n.batch
     WHERE n.status = 'posted'
       AND (who.username IS NULL OR who.role IN ('auditor', 'board_member')
         OR (n.authored_by = 'person'
             AND who.role NOT IN ('approver', 'pool_manager', 'administrator'))
         OR (n.authored_by = 'batch' AND b.loaded_by IS DISTINCT FROM n.posted_by))) THEN
    PERFORM guard_refuse('poster_may_not_post');
  END IF;
  IF EXISTS (
    SELECT 1 FROM now_rows n
     WHERE n.reverses IS NOT NULL AND n.status = 'posted'
       AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.number = n.reverses)) THEN
    PERFORM guard_refuse('reversed_journal_not_posted');
  END IF;
  SELECT * INTO head FROM chain_head WHERE id = 1 FOR UPDATE;
  IF first <> head.sequence + 1 OR last <> head.sequence + moved
     OR EXISTS (SELECT 1 FROM (
          SELECT previous_hash, lag(hash, 1, head.hash::varchar) OVER (ORDER BY sequence) AS before
            FROM journal WHERE sequence BETWEEN first AND last) AS linked
         WHERE previous_hash <> before) THEN
    PERFORM guard_refuse('chain_is_broken');
  END IF;
  IF EXISTS (SELECT 1 FROM (
       SELECT y.last_number, count(*) AS moved, min(j.number_in_year) AS first_number,
              max(j.number_in_year) AS last_now
         FROM journal j JOIN financial_year y ON y.year = j.year
        WHERE j.sequence BETWEEN first AND last GROUP BY y.year, y.last_number) AS numbered
      WHERE first_number <> last_number + 1 OR last_now <> last_number + numbered.moved) THEN
    PERFORM guard_refuse('number_is_not_the_next');
  END IF;
  UPDATE financial_year y SET last_number = numbered.last_now
    FROM (SELECT year, max(number_in_year) AS last_now FROM journal
           WHERE sequence BETWEEN first AND last GROUP BY year) AS numbered
   WHERE y.year = numbered.year;
  UPDATE chain_head SET moved_from = sequence, sequence = last,
         hash = (SELECT hash FROM journal WHERE sequence = last) WHERE id = 1;
  INSERT INTO balance
         (book, year, fund, period, account, service, outcome, partner, pence, last_sequence)
  SELECT DISTINCT j.book, j.year, j.fund, j.period, p.account,
         COALESCE(p.service, ''), COALESCE(p.outcome, ''), COALESCE(p.partner, ''), 0, 0
    FROM journal j JOIN posting p ON p.journal_id = j.id
   WHERE j.sequence BETWEEN first AND last
  ON CONFLICT DO NOTHING;
  UPDATE balance b SET pence = b.pence + moves.pence, last_sequence = moves.last_sequence
    FROM (SELECT j.book, j.year, j.fund, j.period, p.account,
                 COALESCE(p.service, '') AS service, COALESCE(p.outcome, '') AS outcome,
                 COALESCE(p.partner, '') AS partner, SUM(p.pence) AS pence,
                 MAX(j.sequence) AS last_sequence
            FROM journal j JOIN posting p ON p.journal_id = j.id
           WHERE j.sequence BETWEEN first AND last
           GROUP BY 1, 2, 3, 4, 5, 6, 7, 8) AS moves
   WHERE b.book = moves.book AND b.year = moves.year AND b.fund = moves.fund
     AND b.period = moves.period AND b.account = moves.account AND b.service = moves.service
     AND b.outcome = moves.outcome AND b.partner = moves.partner;
  INSERT INTO contract_balance (book, year, fund, period, contract, pence, last_sequence)
  WITH lines AS MATERIALIZED (
    SELECT j.book, j.year, j.fund, j.period, p.account, p.contract
      FROM journal j JOIN posting p ON p.journal_id = j.id
     WHERE j.sequence BETWEEN first AND last)
  SELECT DISTINCT book, year, fund, period, contract, 0, 0 FROM lines
   WHERE contract IS NOT NULL AND account LIKE 'Expenses:%'
  ON CONFLICT DO NOTHING;
  WITH lines AS MATERIALIZED (
    SELECT j.sequence, j.book, j.year, j.fund, j.period, p.account, p.contract, p.pence
      FROM journal j JOIN posting p ON p.journal_id = j.id
     WHERE j.sequence BETWEEN first AND last)
  UPDATE contract_balance b
     SET pence = b.pence + moves.pence, last_sequence = moves.last_sequence
    FROM (SELECT book, year, fund, period, contract, SUM(pence) AS pence,
                 MAX(sequence) AS last_sequence
            FROM lines WHERE contract IS NOT NULL AND account LIKE 'Expenses:%'
           GROUP BY 1, 2, 3, 4, 5) AS moves
   WHERE b.book = moves.book AND b.year = moves.year AND b.fund = moves.fund
     AND b.period = moves.period AND b.contract = moves.contract;
  INSERT INTO call_off_balance (book, year, fund, period, call_off, pence, last_sequence)
  WITH lines AS MATERIALIZED (
    SELECT j.book, j.year, j.fund, j.period, p.account, p.call_off
      FROM journal j JOIN posting p ON p.journal_id = j.id
     WHERE j.sequence BETWEEN first AND last)
  SELECT DISTINCT book, year, fund, period, call_off, 0, 0 FROM lines
   WHERE call_off IS NOT NULL AND account LIKE 'Expenses:%'
  ON CONFLICT DO NOTHING;
  WITH lines AS MATERIALIZED (
    SELECT j.sequence, j.book, j.year, j.fund, j.period, p.account, p.call_off, p.pence
      FROM journal j JOIN posting p ON p.journal_id = j.id
     WHERE j.sequence BETWEEN first AND last)
  UPDATE call_off_balance b
     SET pence = b.pence + moves.pence, last_sequence = moves.last_sequence
    FROM (SELECT book, year, fund, period, call_off, SUM(pence) AS pence,
                 MAX(sequence) AS last_sequence
            FROM lines WHERE call_off IS NOT NULL AND account LIKE 'Expenses:%'
           GROUP BY 1, 2, 3, 4, 5) AS moves
   WHERE b.book = moves.book AND b.year = moves.year AND b.fund = moves.fund
     AND b.period = moves.period AND b.call_off = moves.call_off;
  RETURN NULL;
END $$
-- --
CREATE TRIGGER guard_journal_moves AFTER UPDATE ON journal
REFERENCING OLD TABLE AS old_rows NEW TABLE AS now_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_journal_moves()
-- --
CREATE OR REPLACE FUNCTION guard_posting_insert() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  journal_status text;
  journal_fund text;
BEGIN
  SELECT status, fund INTO journal_status, journal_fund
    FROM journal WHERE id = NEW.journal_id FOR SHARE;
  IF journal_status IS DISTINCT FROM 'draft' THEN
    PERFORM guard_refuse('posting_of_no_draft');
  END IF;
  IF NEW.fund <> journal_fund THEN
    PERFORM guard_refuse('posting_to_another_fund');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_posting_insert BEFORE INSERT ON posting
FOR EACH ROW EXECUTE FUNCTION guard_posting_insert()
-- --
CREATE OR REPLACE FUNCTION guard_posting_delete() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  journal_status text;
BEGIN
  SELECT status INTO journal_status FROM journal WHERE id = OLD.journal_id FOR SHARE;
  IF journal_status IS DISTINCT FROM 'draft' THEN
    PERFORM guard_refuse('posting_of_no_draft');
  END IF;
  RETURN OLD;
END $$
-- --
CREATE TRIGGER guard_posting_delete BEFORE DELETE ON posting
FOR EACH ROW EXECUTE FUNCTION guard_posting_delete()
-- --
CREATE TRIGGER guard_posting_update BEFORE UPDATE ON posting
FOR EACH ROW EXECUTE FUNCTION guard_refuse_always('posting_is_replaced_never_changed')
-- --
CREATE OR REPLACE FUNCTION guard_balance_insert() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.pence <> 0 OR NEW.last_sequence <> 0 THEN
    PERFORM guard_refuse('balance_starts_at_nil');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_balance_insert BEFORE INSERT ON balance
FOR EACH ROW EXECUTE FUNCTION guard_balance_insert()
-- --
CREATE OR REPLACE FUNCTION guard_balance_update() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  head chain_head%ROWTYPE;
BEGIN
  SELECT * INTO head FROM chain_head WHERE id = 1;
  IF EXISTS (
    WITH lines AS MATERIALIZED (
      SELECT j.sequence, j.book, j.year, j.fund, j.period, p.account, COALESCE(p.service, '') AS service,
           COALESCE(p.outcome, '') AS outcome, COALESCE(p.partner, '') AS partner, p.pence
        FROM journal j JOIN posting p ON p.journal_id = j.id
       WHERE j.sequence > head.moved_from AND j.sequence <= head.sequence
         AND j.status = 'posted')
    SELECT 1 FROM (
      SELECT book, year, fund, period, account, service, outcome, partner,
             1 AS is_now, 0 AS was, 0 AS moved, pence, last_sequence AS says,
             NULL::bigint AS stood_at, NULL::bigint AS moved_at
        FROM now_rows
      UNION ALL
      SELECT book, year, fund, period, account, service, outcome, partner,
             0, 1, 0, -pence, NULL, last_sequence, NULL
        FROM old_rows
      UNION ALL
      SELECT book, year, fund, period, account, service, outcome, partner,
             0, 0, 1, -SUM(pence)::bigint, NULL, NULL, MAX(sequence)
        FROM lines
       GROUP BY book, year, fund, period, account, service, outcome, partner) AS told
     GROUP BY book, year, fund, period, account, service, outcome, partner
    HAVING SUM(is_now) > 0
       AND (SUM(was) <> 1 OR SUM(moved) <> 1 OR SUM(pence) <> 0
         OR MAX(says) <> MAX(moved_at) OR MAX(stood_at) > head.moved_from)) THEN
    PERFORM guard_refuse('balance_moves_by_posting_only');
  END IF;
  RETURN NULL;
END $$
-- --
CREATE TRIGGER guard_balance_update AFTER UPDATE ON balance
REFERENCING OLD TABLE AS old_rows NEW TABLE AS now_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_balance_update()
-- --
CREATE OR REPLACE FUNCTION guard_contract_balance_insert() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.pence <> 0 OR NEW.last_sequence <> 0 THEN
    PERFORM guard_refuse('balance_starts_at_nil');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_contract_balance_insert BEFORE INSERT ON contract_balance
FOR EACH ROW EXECUTE FUNCTION guard_contract_balance_insert()
-- --
CREATE OR REPLACE FUNCTION guard_contract_balance_update() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  head chain_head%ROWTYPE;
BEGIN
  SELECT * INTO head FROM chain_head WHERE id = 1;
  IF EXISTS (
    WITH lines AS MATERIALIZED (
      SELECT j.sequence, j.book, j.year, j.fund, j.period, p.account, p.contract, p.pence
        FROM journal j JOIN posting p ON p.journal_id = j.id
       WHERE j.sequence > head.moved_from AND j.sequence <= head.sequence
         AND j.status = 'posted')
    SELECT 1 FROM (
      SELECT book, year, fund, period, contract,
             1 AS is_now, 0 AS was, 0 AS moved, pence, last_sequence AS says,
             NULL::bigint AS stood_at, NULL::bigint AS moved_at
        FROM now_rows
      UNION ALL
      SELECT book, year, fund, period, contract,
             0, 1, 0, -pence, NULL, last_sequence, NULL
        FROM old_rows
      UNION ALL
      SELECT book, year, fund, period, contract,
             0, 0, 1, -SUM(pence)::bigint, NULL, NULL, MAX(sequence)
        FROM lines
       WHERE contract IS NOT NULL AND account LIKE 'Expenses:%'
       GROUP BY book, year, fund, period, contract) AS told
     GROUP BY book, year, fund, period, contract
    HAVING SUM(is_now) > 0
       AND (SUM(was) <> 1 OR SUM(moved) <> 1 OR SUM(pence) <> 0
         OR MAX(says) <> MAX(moved_at) OR MAX(stood_at) > head.moved_from)) THEN
    PERFORM guard_refuse('balance_moves_by_posting_only');
  END IF;
  RETURN NULL;
END $$
-- --
CREATE TRIGGER guard_contract_balance_update AFTER UPDATE ON contract_balance
REFERENCING OLD TABLE AS old_rows NEW TABLE AS now_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_contract_balance_update()
-- --
CREATE OR REPLACE FUNCTION guard_call_off_balance_insert() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.pence <> 0 OR NEW.last_sequence <> 0 THEN
    PERFORM guard_refuse('balance_starts_at_nil');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_call_off_balance_insert BEFORE INSERT ON call_off_balance
FOR EACH ROW EXECUTE FUNCTION guard_call_off_balance_insert()
-- --
CREATE OR REPLACE FUNCTION guard_call_off_balance_update() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
  head chain_head%ROWTYPE;
BEGIN
  SELECT * INTO head FROM chain_head WHERE id = 1;
  IF EXISTS (
    WITH lines AS MATERIALIZED (
      SELECT j.sequence, j.book, j.year, j.fund, j.period, p.account, p.call_off, p.pence
        FROM journal j JOIN posting p ON p.journal_id = j.id
       WHERE j.sequence > head.moved_from AND j.sequence <= head.sequence
         AND j.status = 'posted')
    SELECT 1 FROM (
      SELECT book, year, fund, period, call_off,
             1 AS is_now, 0 AS was, 0 AS moved, pence, last_sequence AS says,
             NULL::bigint AS stood_at, NULL::bigint AS moved_at
        FROM now_rows
      UNION ALL
      SELECT book, year, fund, period, call_off,
             0, 1, 0, -pence, NULL, last_sequence, NULL
        FROM old_rows
      UNION ALL
      SELECT book, year, fund, period, call_off,
             0, 0, 1, -SUM(pence)::bigint, NULL, NULL, MAX(sequence)
        FROM lines
       WHERE call_off IS NOT NULL AND account LIKE 'Expenses:%'
       GROUP BY book, year, fund, period, call_off) AS told
     GROUP BY book, year, fund, period, call_off
    HAVING SUM(is_now) > 0
       AND (SUM(was) <> 1 OR SUM(moved) <> 1 OR SUM(pence) <> 0
         OR MAX(says) <> MAX(moved_at) OR MAX(stood_at) > head.moved_from)) THEN
    PERFORM guard_refuse('balance_moves_by_posting_only');
  END IF;
  RETURN NULL;
END $$
-- --
CREATE TRIGGER guard_call_off_balance_update AFTER UPDATE ON call_off_balance
REFERENCING OLD TABLE AS old_rows NEW TABLE AS now_rows
FOR EACH STATEMENT EXECUTE FUNCTION guard_call_off_balance_update()
-- --
CREATE OR REPLACE FUNCTION guard_chain_head_insert() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.sequence <> 0 OR EXISTS (SELECT 1 FROM chain_head) THEN
    PERFORM guard_refuse('chain_is_broken');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_chain_head_insert BEFORE INSERT ON chain_head
FOR EACH ROW EXECUTE FUNCTION guard_chain_head_insert()
-- --
CREATE OR REPLACE FUNCTION guard_chain_head_update() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.id <> OLD.id OR NEW.sequence <= OLD.sequence OR NEW.moved_from <> OLD.sequence
     OR NOT EXISTS (SELECT 1 FROM journal WHERE sequence = NEW.sequence AND hash = NEW.hash
                       AND status = 'posted')
     OR NOT EXISTS (SELECT 1 FROM journal WHERE sequence = OLD.sequence + 1
                       AND previous_hash = OLD.hash) THEN
    PERFORM guard_refuse('chain_is_broken');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_chain_head_update BEFORE UPDATE ON chain_head
FOR EACH ROW EXECUTE FUNCTION guard_chain_head_update()
-- --
CREATE OR REPLACE FUNCTION guard_financial_year_insert() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.last_number <> 0 THEN
    PERFORM guard_refuse('number_is_not_the_next');
  END IF;
  IF NEW.year !~ '^[12][0-9]{3}-[0-9]{2}$'
     OR (substr(NEW.year, 3, 2)::int + 1) % 100 <> substr(NEW.year, 6, 2)::int THEN
    PERFORM guard_refuse('year_unreadable');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_financial_year_insert BEFORE INSERT ON financial_year
FOR EACH ROW EXECUTE FUNCTION guard_financial_year_insert()
-- --
CREATE OR REPLACE FUNCTION guard_financial_year_update() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.year <> OLD.year OR NEW.last_number <= OLD.last_number
     OR NOT EXISTS (SELECT 1 FROM journal
                     WHERE year = NEW.year AND number = NEW.year || '/' ||
        lpad(NEW.last_number::text, greatest(6, length(NEW.last_number::text)), '0')
                       AND status = 'posted') THEN
    PERFORM guard_refuse('number_is_not_the_next');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_financial_year_update BEFORE UPDATE ON financial_year
FOR EACH ROW EXECUTE FUNCTION guard_financial_year_update()
-- --
CREATE OR REPLACE FUNCTION guard_period_insert() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.status <> 'open' THEN
    PERFORM guard_refuse('period_enters_open');
  END IF;
  IF (NEW.number <> 13
      AND (NEW.starts <> make_date(substr(NEW.year, 1, 4)::int, 4, 1)
                         + make_interval(months => NEW.number - 1)
           OR NEW.ends <> make_date(substr(NEW.year, 1, 4)::int, 4, 1)
                          + make_interval(months => NEW.number) - interval '1 day'))
     OR (NEW.number = 13
         AND (NEW.starts <> make_date(substr(NEW.year, 1, 4)::int + 1, 3, 31)
              OR NEW.ends <> NEW.starts)) THEN
    PERFORM guard_refuse('period_has_other_days');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_period_insert BEFORE INSERT ON period
FOR EACH ROW EXECUTE FUNCTION guard_period_insert()
-- --
CREATE OR REPLACE FUNCTION guard_period_update() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.year <> OLD.year OR NEW.number <> OLD.number OR NEW.starts <> OLD.starts
     OR NEW.ends <> OLD.ends THEN
    PERFORM guard_refuse('period_days_never_change');
  END IF;
  IF OLD.status = 'closed'
     AND (NEW.status = 'closed'
       OR NOT EXISTS (SELECT 1 FROM reopening_agreed a
                       WHERE a.year = OLD.year AND a.period = OLD.number
                         AND a.turn = (SELECT MAX(c.turn) FROM period_closing c
                                        WHERE c.year = OLD.year AND c.period = OLD.number))) THEN
    PERFORM guard_refuse('closed_period_stays_closed');
  END IF;
  IF OLD.status = 'closed' AND EXISTS (SELECT 1 FROM year_closing WHERE year = OLD.year) THEN
    PERFORM guard_refuse('year_is_finally_closed');
  END IF;
  IF NEW.status = 'open'
     AND (NEW.seal IS NOT NULL OR NEW.closed_by IS NOT NULL OR NEW.closed_at IS NOT NULL) THEN
    PERFORM guard_refuse('open_period_has_no_seal');
  END IF;
  IF NEW.status = 'closed'
     AND (NEW.seal IS NULL OR NEW.closed_by IS NULL OR NEW.closed_at IS NULL) THEN
    PERFORM guard_refuse('period_closes_with_its_seal');
  END IF;
  IF NEW.status = 'closed'
     AND EXISTS (SELECT 1 FROM journal WHERE year = NEW.year AND period = NEW.number
                    AND status = 'submitted') THEN
    PERFORM guard_refuse('period_has_submitted_journals');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_period_update BEFORE UPDATE ON period
FOR EACH ROW EXECUTE FUNCTION guard_period_update()
-- --
CREATE OR REPLACE FUNCTION guard_period_closed() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO period_closing (year, period, turn, closed_by, closed_at, seal, head_sequence)
  SELECT NEW.year, NEW.number,
         1 + (SELECT COUNT(*) FROM period_closing WHERE year = NEW.year AND period = NEW.number),
         NEW.closed_by, NEW.closed_at, NEW.seal, (SELECT sequence FROM chain_head);
  RETURN NULL;
END $$
-- --
CREATE TRIGGER guard_period_closed AFTER UPDATE OF status ON period
FOR EACH ROW WHEN (NEW.status = 'closed' AND OLD.status = 'open')
EXECUTE FUNCTION guard_period_closed()
-- --
CREATE OR REPLACE FUNCTION guard_period_closing_told() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM period p
                  WHERE p.year = NEW.year AND p.number = NEW.period AND p.status = 'closed'
                    AND p.seal = NEW.seal AND p.closed_by = NEW.closed_by
                    AND p.closed_at = NEW.closed_at)
     OR NEW.head_sequence IS DISTINCT FROM (SELECT sequence FROM chain_head)
     OR NEW.turn <> 1 + (SELECT COUNT(*) FROM reopening_agreed a
                          WHERE a.year = NEW.year AND a.period = NEW.period) THEN
    PERFORM guard_refuse('closing_is_told_by_its_period');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_period_closing_told BEFORE INSERT ON period_closing
FOR EACH ROW EXECUTE FUNCTION guard_period_closing_told()
-- --
CREATE OR REPLACE FUNCTION guard_reopening_asked_told() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.turn IS DISTINCT FROM (SELECT MAX(c.turn) FROM period_closing c JOIN period p
                                    ON p.year = c.year AND p.number = c.period
                                       AND p.status = 'closed'
                                 WHERE c.year = NEW.year AND c.period = NEW.period)
     OR trim(NEW.reason) = '' THEN
    PERFORM guard_refuse('reopening_of_no_closing');
  END IF;
  IF NOT EXISTS (SELECT 1 FROM person WHERE username = NEW.asked_by AND active
                    AND role IN ('finance_officer', 'approver', 'pool_manager',
                                 'administrator')) THEN
    PERFORM guard_refuse('person_may_not_reopen');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_reopening_asked_told BEFORE INSERT ON reopening_asked
FOR EACH ROW EXECUTE FUNCTION guard_reopening_asked_told()
-- --
CREATE OR REPLACE FUNCTION guard_reopening_agreed_told() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM reopening_asked a
                  WHERE a.year = NEW.year AND a.period = NEW.period AND a.turn = NEW.turn
                    AND a.asked_by <> NEW.agreed_by) THEN
    PERFORM guard_refuse('reopening_takes_two_people');
  END IF;
  IF NEW.turn IS DISTINCT FROM (SELECT MAX(c.turn) FROM period_closing c JOIN period p
                                    ON p.year = c.year AND p.number = c.period
                                       AND p.status = 'closed'
                                 WHERE c.year = NEW.year AND c.period = NEW.period) THEN
    PERFORM guard_refuse('reopening_of_no_closing');
  END IF;
  IF NOT EXISTS (SELECT 1 FROM person WHERE username = NEW.agreed_by AND active
                    AND role IN ('finance_officer', 'approver', 'pool_manager',
                                 'administrator')) THEN
    PERFORM guard_refuse('person_may_not_reopen');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_reopening_agreed_told BEFORE INSERT ON reopening_agreed
FOR EACH ROW EXECUTE FUNCTION guard_reopening_agreed_told()
-- --
CREATE OR REPLACE FUNCTION guard_year_closing_told() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT COUNT(*) FROM period WHERE year = NEW.year AND status = 'closed') <> 13 THEN
    PERFORM guard_refuse('year_has_open_periods');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_year_closing_told BEFORE INSERT ON year_closing
FOR EACH ROW EXECUTE FUNCTION guard_year_closing_told()
-- --
CREATE OR REPLACE FUNCTION guard_person_rename() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.username <> OLD.username THEN
    PERFORM guard_refuse('username_never_changes');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_person_rename BEFORE UPDATE OF username ON person
FOR EACH ROW EXECUTE FUNCTION guard_person_rename()
-- --
CREATE OR REPLACE FUNCTION guard_account_rename() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.name <> OLD.name THEN
    PERFORM guard_refuse('account_name_never_changes');
  END IF;
  RETURN NEW;
END $$
-- --
CREATE TRIGGER guard_account_rename BEFORE UPDATE OF name ON account
FOR EACH ROW EXECUTE FUNCTION guard_account_rename()
-- --
CREATE OR REPLACE FUNCTION guard_account_delete() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM posting WHERE account = OLD.name) THEN
    PERFORM guard_refuse('account_has_postings');
  END IF;
  RETURN OLD;
END $$
-- --
CREATE TRIGGER guard_account_delete BEFORE DELETE ON account
FOR EACH ROW EXECUTE FUNCTION guard_account_delete()
-- --
CREATE TRIGGER guard_balance_delete BEFORE DELETE ON balance
FOR EACH ROW EXECUTE FUNCTION guard_refuse_always('balance_never_deleted')
-- --
CREATE TRIGGER guard_contract_balance_delete BEFORE DELETE ON contract_balance
FOR EACH ROW EXECUTE FUNCTION guard_refuse_always('balance_never_deleted')
-- --
CREATE TRIGGER guard_call_off_balance_delete BEFORE DELETE ON call_off_balance
FOR EACH ROW EXECUTE FUNCTION guard_refuse_always('balance_never_deleted')
-- --
CREATE TRIGGER guard_chain_head_delete BEFORE DELETE ON chain_head
FOR EACH ROW EXECUTE FUNCTION guard_refuse_always('chain_is_broken')
-- --
CREATE TRIGGER guard_financial_year_delete BEFORE DELETE ON financial_year
FOR EACH ROW EXECUTE FUNCTION guard_refuse_always('year_never_deleted')
-- --
CREATE TRIGGER guard_period_delete BEFORE DELETE ON period
FOR EACH ROW EXECUTE FUNCTION guard_refuse_always('period_never_deleted')
-- --
CREATE TRIGGER guard_person_delete BEFORE DELETE ON person
FOR EACH ROW EXECUTE FUNCTION guard_refuse_always('person_is_made_inactive_never_deleted')
-- --
CREATE TRIGGER guard_import_batch_update BEFORE UPDATE ON import_batch
FOR EACH ROW EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_import_batch_delete BEFORE DELETE ON import_batch
FOR EACH ROW EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_import_row_update BEFORE UPDATE ON import_row
FOR EACH ROW EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_import_row_delete BEFORE DELETE ON import_row
FOR EACH ROW EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_audit_event_update BEFORE UPDATE ON audit_event
FOR EACH ROW EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_audit_event_delete BEFORE DELETE ON audit_event
FOR EACH ROW EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_journal_truncate BEFORE TRUNCATE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_posting_truncate BEFORE TRUNCATE ON posting
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_balance_truncate BEFORE TRUNCATE ON balance
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_contract_balance_truncate BEFORE TRUNCATE ON contract_balance
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_call_off_balance_truncate BEFORE TRUNCATE ON call_off_balance
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_chain_head_truncate BEFORE TRUNCATE ON chain_head
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_financial_year_truncate BEFORE TRUNCATE ON financial_year
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_period_truncate BEFORE TRUNCATE ON period
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_import_batch_truncate BEFORE TRUNCATE ON import_batch
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_import_row_truncate BEFORE TRUNCATE ON import_row
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_audit_event_truncate BEFORE TRUNCATE ON audit_event
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_person_truncate BEFORE TRUNCATE ON person
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE OR REPLACE FUNCTION guard_attachment_delete() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM journal WHERE id = OLD.journal_id AND status = 'posted') THEN
    PERFORM guard_refuse('kept_for_ever');
  END IF;
  RETURN OLD;
END $$
-- --
CREATE TRIGGER guard_attachment_delete BEFORE DELETE ON attachment
FOR EACH ROW EXECUTE FUNCTION guard_attachment_delete()
-- --
CREATE TRIGGER guard_attachment_update BEFORE UPDATE ON attachment
FOR EACH ROW EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
-- --
CREATE TRIGGER guard_attachment_truncate BEFORE TRUNCATE ON attachment
FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse_always('kept_for_ever')
