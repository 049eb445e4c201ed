-- What the database refuses, on SQLite. Statements are parted by a line of two double hyphens.
-- Every message names a fact; the same names stand in postgresql.sql.
-- INSERT OR REPLACE deletes the old row without firing its triggers, so inserts refuse taken keys.

-- --
CREATE TRIGGER guard_journal_insert BEFORE INSERT ON journal
BEGIN
  SELECT RAISE(ABORT, 'guard: journal_enters_as_draft') WHERE NEW.status <> 'draft';
  SELECT RAISE(ABORT, 'guard: journal_key_taken')
   WHERE EXISTS (SELECT 1 FROM journal WHERE id = NEW.id)
      OR EXISTS (SELECT 1 FROM journal
                  WHERE source = NEW.source AND source_ref = NEW.source_ref)
      OR EXISTS (SELECT 1 FROM journal WHERE reverses = NEW.reverses);
  SELECT RAISE(ABORT, 'guard: day_is_not_a_date')
   WHERE NEW.day IS NOT date(NEW.day) OR NEW.document_day IS NOT date(NEW.document_day)
      OR datetime(NEW.entered_at) IS NULL;
  SELECT RAISE(ABORT, 'guard: author_unknown')
   WHERE (NEW.authored_by <> 'batch'
          AND NOT EXISTS (SELECT 1 FROM person WHERE username = NEW.author))
      OR (NEW.authored_by = 'batch' AND NEW.author IS NOT NEW.batch);
END
-- --
CREATE TRIGGER guard_journal_update BEFORE UPDATE ON journal
BEGIN
  SELECT RAISE(ABORT, 'guard: posted_journal_never_changes') WHERE OLD.status = 'posted';
  SELECT RAISE(ABORT, 'guard: journal_key_never_changes')
   WHERE NEW.id <> OLD.id OR NEW.source <> OLD.source OR NEW.source_ref <> OLD.source_ref
      OR NEW.author <> OLD.author OR NEW.authored_by <> OLD.authored_by
      OR NEW.batch IS NOT OLD.batch OR NEW.batch_row IS NOT OLD.batch_row
      OR NEW.reverses IS NOT OLD.reverses OR NEW.entered_at <> OLD.entered_at;
  SELECT RAISE(ABORT, 'guard: version_rises_by_one') WHERE NEW.version <> OLD.version + 1;
  SELECT RAISE(ABORT, 'guard: day_is_not_a_date')
   WHERE NEW.day IS NOT date(NEW.day) OR NEW.document_day IS NOT date(NEW.document_day)
      OR (NEW.posted_at IS NOT NULL AND datetime(NEW.posted_at) IS NULL);
  SELECT RAISE(ABORT, 'guard: period_not_open')
   WHERE NEW.status = 'submitted'
     AND NOT EXISTS (SELECT 1 FROM period
                      WHERE year = NEW.year AND number = NEW.period AND status = 'open');
  SELECT RAISE(ABORT, 'guard: submitted_journal_never_changes')
   WHERE (OLD.status = 'submitted' OR NEW.status = 'posted')
     AND (NEW.book <> OLD.book OR NEW.fund <> OLD.fund OR NEW.year <> OLD.year
       OR NEW.period <> OLD.period OR NEW.day <> OLD.day
       OR NEW.document_day IS NOT OLD.document_day OR NEW.narration <> OLD.narration
       OR NEW.payee <> OLD.payee OR NEW.contents_hash <> OLD.contents_hash);
  SELECT RAISE(ABORT, 'guard: keyed_journal_is_submitted_first')
   WHERE NEW.status = 'posted' AND OLD.status = 'draft' AND NEW.authored_by = 'person';
  SELECT RAISE(ABORT, 'guard: posting_to_another_fund')
   WHERE NEW.fund <> OLD.fund AND EXISTS (SELECT 1 FROM posting WHERE journal_id = OLD.id);
END
-- --
CREATE TRIGGER guard_journal_delete BEFORE DELETE ON journal
BEGIN
  SELECT RAISE(ABORT, 'guard: posted_journal_never_deleted') WHERE OLD.status = 'posted';
  SELECT RAISE(ABORT, 'guard: journal_has_postings')
   WHERE EXISTS (SELECT 1 FROM posting WHERE journal_id = OLD.id);
END
-- --
CREATE TRIGGER guard_journal_post BEFORE UPDATE OF status ON journal
WHEN NEW.status = 'posted'
BEGIN
  SELECT RAISE(ABORT, 'guard: journal_does_not_balance')
   WHERE (SELECT COALESCE(SUM(pence), 0) FROM posting WHERE journal_id = NEW.id) <> 0;
  SELECT RAISE(ABORT, 'guard: journal_has_too_few_postings')
   WHERE (SELECT COUNT(*) FROM posting WHERE journal_id = NEW.id) < 2;
  SELECT RAISE(ABORT, 'guard: posting_to_another_fund')
   WHERE EXISTS (SELECT 1 FROM posting WHERE journal_id = NEW.id AND fund <> NEW.fund);
  SELECT RAISE(ABORT, 'guard: account_unknown')
   WHERE EXISTS (SELECT 1 FROM posting p WHERE p.journal_id = NEW.id
                  AND NOT EXISTS (SELECT 1 FROM account a WHERE a.name = p.account));
  SELECT RAISE(ABORT, 'guard: period_not_open')
   WHERE NOT EXISTS (SELECT 1 FROM period
                      WHERE year = NEW.year AND number = NEW.period AND status = 'open'
                        AND NEW.day BETWEEN starts AND ends);
  SELECT RAISE(ABORT, 'guard: poster_is_author')
   WHERE NEW.authored_by = 'person' AND NEW.posted_by = NEW.author;
  SELECT RAISE(ABORT, 'guard: poster_may_not_post')
   WHERE NOT EXISTS (SELECT 1 FROM person WHERE username = NEW.posted_by AND active = 1
                        AND role NOT IN ('auditor', 'board_member'))
      OR (NEW.authored_by = 'person'
          AND NOT EXISTS (SELECT 1 FROM person WHERE username = NEW.posted_by
                             AND role IN ('approver', 'pool_manager', 'administrator')))
      OR (NEW.authored_by = 'batch'
          AND NOT EXISTS (SELECT 1 FROM import_batch
                           WHERE id = NEW.batch AND loaded_by = NEW.posted_by));
  SELECT RAISE(ABORT, 'guard: reversed_journal_not_posted')
   WHERE NEW.reverses IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM journal WHERE number = NEW.reverses);
  SELECT RAISE(ABORT, 'guard: chain_is_broken')
   WHERE NOT EXISTS (SELECT 1 FROM chain_head
                      WHERE sequence = NEW.sequence - 1 AND hash = NEW.previous_hash)
      OR length(NEW.hash) <> 64 OR NEW.hash = NEW.previous_hash;
  SELECT RAISE(ABORT, 'guard: number_is_not_the_next')
   WHERE NOT EXISTS (SELECT 1 FROM financial_year
                      WHERE year = NEW.year AND last_number = NEW.number_in_year - 1)
      OR NEW.number <> NEW.year || '/' || printf('%06d', NEW.number_in_year);
END
-- --
CREATE TRIGGER guard_journal_moves AFTER UPDATE OF status ON journal
WHEN NEW.status = 'posted' AND OLD.status <> 'posted'
BEGIN
  UPDATE financial_year SET last_number = NEW.number_in_year WHERE year = NEW.year;
  UPDATE chain_head SET moved_from = sequence, sequence = NEW.sequence, hash = NEW.hash
   WHERE id = 1;
  INSERT INTO balance
         (book, year, fund, period, account, service, outcome, partner, pence, last_sequence)
  SELECT DISTINCT NEW.book, NEW.year, NEW.fund, NEW.period, p.account,
         COALESCE(p.service, ''), COALESCE(p.outcome, ''), COALESCE(p.partner, ''), 0, 0
    FROM posting p
   WHERE p.journal_id = NEW.id
     AND NOT EXISTS (
         SELECT 1 FROM balance b
          WHERE b.book = NEW.book AND b.year = NEW.year AND b.fund = NEW.fund
            AND b.period = NEW.period AND b.account = p.account
            AND b.service = COALESCE(p.service, '') AND b.outcome = COALESCE(p.outcome, '')
            AND b.partner = COALESCE(p.partner, ''));
  UPDATE balance
     SET pence = balance.pence + (
           SELECT SUM(p.pence) FROM posting p
            WHERE p.journal_id = NEW.id AND p.account = balance.account
              AND COALESCE(p.service, '') = balance.service
              AND COALESCE(p.outcome, '') = balance.outcome
              AND COALESCE(p.partner, '') = balance.partner),
         last_sequence = NEW.sequence
   WHERE (book, year, fund, period, account, service, outcome, partner) IN (
         SELECT NEW.book, NEW.year, NEW.fund, NEW.period, account, COALESCE(service, ''),
                COALESCE(outcome, ''), COALESCE(partner, '')
           FROM posting WHERE journal_id = NEW.id);
  INSERT INTO contract_balance (book, year, fund, period, contract, pence, last_sequence)
  SELECT DISTINCT NEW.book, NEW.year, NEW.fund, NEW.period, p.contract, 0, 0
    FROM posting p
   WHERE p.journal_id = NEW.id AND p.contract IS NOT NULL AND p.account LIKE 'Expenses:%'
     AND NOT EXISTS (
         SELECT 1 FROM contract_balance b
          WHERE b.book = NEW.book AND b.year = NEW.year AND b.fund = NEW.fund
            AND b.period = NEW.period AND b.contract = p.contract);
  UPDATE contract_balance
     SET pence = contract_balance.pence + (
           SELECT SUM(p.pence) FROM posting p
            WHERE p.journal_id = NEW.id AND p.contract = contract_balance.contract
              AND p.account LIKE 'Expenses:%'),
         last_sequence = NEW.sequence
   WHERE (book, year, fund, period, contract) IN (
         SELECT NEW.book, NEW.year, NEW.fund, NEW.period, contract
           FROM posting
          WHERE journal_id = NEW.id AND contract IS NOT NULL AND account LIKE 'Expenses:%');
  INSERT INTO call_off_balance (book, year, fund, period, call_off, pence, last_sequence)
  SELECT DISTINCT NEW.book, NEW.year, NEW.fund, NEW.period, p.call_off, 0, 0
    FROM posting p
   WHERE p.journal_id = NEW.id AND p.call_off IS NOT NULL AND p.account LIKE 'Expenses:%'
     AND NOT EXISTS (
         SELECT 1 FROM call_off_balance b
          WHERE b.book = NEW.book AND b.year = NEW.year AND b.fund = NEW.fund
            AND b.period = NEW.period AND b.call_off = p.call_off);
  UPDATE call_off_balance
     SET pence = call_off_balance.pence + (
           SELECT SUM(p.pence) FROM posting p
            WHERE p.journal_id = NEW.id AND p.call_off = call_off_balance.call_off
              AND p.account LIKE 'Expenses:%'),
         last_sequence = NEW.sequence
   WHERE (book, year, fund, period, call_off) IN (
         SELECT NEW.book, NEW.year, NEW.fund, NEW.period, call_off
           FROM posting
          WHERE journal_id = NEW.id AND call_off IS NOT NULL AND account LIKE 'Expenses:%');
END
-- --
CREATE TRIGGER guard_posting_insert BEFORE INSERT ON posting
BEGIN
  SELECT RAISE(ABORT, 'guard: posting_of_no_draft')
   WHERE NOT EXISTS (SELECT 1 FROM journal WHERE id = NEW.journal_id AND status = 'draft');
  SELECT RAISE(ABORT, 'guard: posting_to_another_fund')
   WHERE NEW.fund <> (SELECT fund FROM journal WHERE id = NEW.journal_id);
  SELECT RAISE(ABORT, 'guard: amount_is_not_whole_pence') WHERE typeof(NEW.pence) <> 'integer';
  SELECT RAISE(ABORT, 'guard: posting_key_taken')
   WHERE EXISTS (SELECT 1 FROM posting WHERE journal_id = NEW.journal_id AND line = NEW.line);
END
-- --
CREATE TRIGGER guard_posting_update BEFORE UPDATE ON posting
BEGIN
  SELECT RAISE(ABORT, 'guard: posting_is_replaced_never_changed');
END
-- --
CREATE TRIGGER guard_posting_delete BEFORE DELETE ON posting
BEGIN
  SELECT RAISE(ABORT, 'guard: posting_of_no_draft')
   WHERE NOT EXISTS (SELECT 1 FROM journal WHERE id = OLD.journal_id AND status = 'draft');
END
-- --
CREATE TRIGGER guard_balance_insert BEFORE INSERT ON balance
BEGIN
  SELECT RAISE(ABORT, 'guard: balance_starts_at_nil')
   WHERE NEW.pence <> 0 OR NEW.last_sequence <> 0
      OR EXISTS (SELECT 1 FROM balance b
                  WHERE b.book = NEW.book AND b.year = NEW.year AND b.fund = NEW.fund
                    AND b.period = NEW.period AND b.account = NEW.account
                    AND b.service = NEW.service AND b.outcome = NEW.outcome
                    AND b.partner = NEW.partner);
END
-- --
CREATE TRIGGER guard_balance_update BEFORE UPDATE ON balance
BEGIN
  SELECT RAISE(ABORT, 'guard: balance_moves_by_posting_only')
   WHERE NEW.book <> OLD.book OR NEW.year <> OLD.year OR NEW.fund <> OLD.fund
      OR NEW.period <> OLD.period OR NEW.account <> OLD.account OR NEW.service <> OLD.service
      OR NEW.outcome <> OLD.outcome OR NEW.partner <> OLD.partner
      OR NEW.last_sequence <= OLD.last_sequence
      OR NEW.last_sequence <> (SELECT sequence FROM chain_head WHERE id = 1)
      OR NEW.pence - OLD.pence IS NOT (
         SELECT SUM(p.pence) FROM journal j JOIN posting p ON p.journal_id = j.id
          WHERE j.sequence = NEW.last_sequence AND j.book = OLD.book AND j.year = OLD.year
            AND j.fund = OLD.fund AND j.period = OLD.period AND p.account = OLD.account
            AND COALESCE(p.service, '') = OLD.service AND COALESCE(p.outcome, '') = OLD.outcome
            AND COALESCE(p.partner, '') = OLD.partner);
END
-- --
CREATE TRIGGER guard_balance_delete BEFORE DELETE ON balance
BEGIN
  SELECT RAISE(ABORT, 'guard: balance_never_deleted');
END
-- --
CREATE TRIGGER guard_contract_balance_insert BEFORE INSERT ON contract_balance
BEGIN
  SELECT RAISE(ABORT, 'guard: balance_starts_at_nil')
   WHERE NEW.pence <> 0 OR NEW.last_sequence <> 0
      OR EXISTS (SELECT 1 FROM contract_balance b
                  WHERE b.book = NEW.book AND b.year = NEW.year AND b.fund = NEW.fund
                    AND b.period = NEW.period AND b.contract = NEW.contract);
END
-- --
CREATE TRIGGER guard_contract_balance_update BEFORE UPDATE ON contract_balance
BEGIN
  SELECT RAISE(ABORT, 'guard: balance_moves_by_posting_only')
   WHERE NEW.book <> OLD.book OR NEW.year <> OLD.year OR NEW.fund <> OLD.fund
      OR NEW.period <> OLD.period OR NEW.contract <> OLD.contract
      OR NEW.last_sequence <= OLD.last_sequence
      OR NEW.last_sequence <> (SELECT sequence FROM chain_head WHERE id = 1)
      OR NEW.pence - OLD.pence IS NOT (
         SELECT SUM(p.pence) FROM journal j JOIN posting p ON p.journal_id = j.id
          WHERE j.sequence = NEW.last_sequence AND j.book = OLD.book AND j.year = OLD.year
            AND j.fund = OLD.fund AND j.period = OLD.period AND p.contract = OLD.contract
            AND p.account LIKE 'Expenses:%');
END
-- --
CREATE TRIGGER guard_contract_balance_delete BEFORE DELETE ON contract_balance
BEGIN
  SELECT RAISE(ABORT, 'guard: balance_never_deleted');
END
-- --
CREATE TRIGGER guard_call_off_balance_insert BEFORE INSERT ON call_off_balance
BEGIN
  SELECT RAISE(ABORT, 'guard: balance_starts_at_nil')
   WHERE NEW.pence <> 0 OR NEW.last_sequence <> 0
      OR EXISTS (SELECT 1 FROM call_off_balance b
                  WHERE b.book = NEW.book AND b.year = NEW.year AND b.fund = NEW.fund
                    AND b.period = NEW.period AND b.call_off = NEW.call_off);
END
-- --
CREATE TRIGGER guard_call_off_balance_update BEFORE UPDATE ON call_off_balance
BEGIN
  SELECT RAISE(ABORT, 'guard: balance_moves_by_posting_only')
   WHERE NEW.book <> OLD.book OR NEW.year <> OLD.year OR NEW.fund <> OLD.fund
      OR NEW.period <> OLD.period OR NEW.call_off <> OLD.call_off
      OR NEW.last_sequence <= OLD.last_sequence
      OR NEW.last_sequence <> (SELECT sequence FROM chain_head WHERE id = 1)
      OR NEW.pence - OLD.pence IS NOT (
         SELECT SUM(p.pence) FROM journal j JOIN posting p ON p.journal_id = j.id
          WHERE j.sequence = NEW.last_sequence AND j.book = OLD.book AND j.year = OLD.year
            AND j.fund = OLD.fund AND j.period = OLD.period AND p.call_off = OLD.call_off
            AND p.account LIKE 'Expenses:%');
END
-- --
CREATE TRIGGER guard_call_off_balance_delete BEFORE DELETE ON call_off_balance
BEGIN
  SELECT RAISE(ABORT, 'guard: balance_never_deleted');
END
-- --
CREATE TRIGGER guard_chain_head_insert BEFORE INSERT ON chain_head
BEGIN
  SELECT RAISE(ABORT, 'guard: chain_is_broken')
   WHERE NEW.sequence <> 0 OR EXISTS (SELECT 1 FROM chain_head);
END
-- --
CREATE TRIGGER guard_chain_head_update BEFORE UPDATE ON chain_head
BEGIN
  SELECT RAISE(ABORT, 'guard: chain_is_broken')
   WHERE NEW.id <> OLD.id OR NEW.sequence <> OLD.sequence + 1
      OR NEW.moved_from <> OLD.sequence
      OR NOT EXISTS (SELECT 1 FROM journal
                      WHERE sequence = NEW.sequence AND hash = NEW.hash
                        AND previous_hash = OLD.hash AND status = 'posted');
END
-- --
CREATE TRIGGER guard_chain_head_delete BEFORE DELETE ON chain_head
BEGIN
  SELECT RAISE(ABORT, 'guard: chain_is_broken');
END
-- --
CREATE TRIGGER guard_financial_year_insert BEFORE INSERT ON financial_year
BEGIN
  SELECT RAISE(ABORT, 'guard: number_is_not_the_next')
   WHERE NEW.last_number <> 0
      OR EXISTS (SELECT 1 FROM financial_year WHERE year = NEW.year);
  SELECT RAISE(ABORT, 'guard: year_unreadable')
   WHERE NEW.year NOT GLOB '[12][0-9][0-9][0-9]-[0-9][0-9]'
      OR (substr(NEW.year, 3, 2) + 1) % 100 <> CAST(substr(NEW.year, 6, 2) AS INTEGER);
END
-- --
CREATE TRIGGER guard_financial_year_update BEFORE UPDATE ON financial_year
BEGIN
  SELECT RAISE(ABORT, 'guard: number_is_not_the_next')
   WHERE NEW.year <> OLD.year OR NEW.last_number <> OLD.last_number + 1
      OR NOT EXISTS (SELECT 1 FROM journal
                      WHERE number = NEW.year || '/' || printf('%06d', NEW.last_number)
                        AND status = 'posted');
END
-- --
CREATE TRIGGER guard_financial_year_delete BEFORE DELETE ON financial_year
BEGIN
  SELECT RAISE(ABORT, 'guard: year_never_deleted');
END
-- --
CREATE TRIGGER guard_period_insert BEFORE INSERT ON period
BEGIN
  SELECT RAISE(ABORT, 'guard: period_enters_open') WHERE NEW.status <> 'open';
  SELECT RAISE(ABORT, 'guard: period_has_other_days')
   WHERE (NEW.number <> 13
          AND (NEW.starts IS NOT date(substr(NEW.year, 1, 4) || '-04-01',
                                      '+' || (NEW.number - 1) || ' months')
               OR NEW.ends IS NOT date(substr(NEW.year, 1, 4) || '-04-01',
                                       '+' || NEW.number || ' months', '-1 day')))
      OR (NEW.number = 13
          AND (NEW.starts IS NOT date(substr(NEW.year, 1, 4) || '-03-31', '+1 year')
               OR NEW.ends IS NOT NEW.starts));
  SELECT RAISE(ABORT, 'guard: period_overlaps')
   WHERE EXISTS (SELECT 1 FROM period p WHERE p.year = NEW.year AND p.number = NEW.number);
END
-- --
CREATE TRIGGER guard_period_update BEFORE UPDATE ON period
BEGIN
  SELECT RAISE(ABORT, 'guard: period_days_never_change')
   WHERE NEW.year <> OLD.year OR NEW.number <> OLD.number OR NEW.starts <> OLD.starts
      OR NEW.ends <> OLD.ends;
  SELECT RAISE(ABORT, 'guard: closed_period_stays_closed')
   WHERE OLD.status = 'closed'
     AND (NEW.status = 'closed'
       OR NOT EXISTS (SELECT 1 FROM reopening_agreed a
                       WHERE a.year = OLD.year AND a.period = OLD.number
                         AND a.turn = (SELECT MAX(c.turn) FROM period_closing c
                                        WHERE c.year = OLD.year AND c.period = OLD.number)));
  SELECT RAISE(ABORT, 'guard: year_is_finally_closed')
   WHERE OLD.status = 'closed' AND EXISTS (SELECT 1 FROM year_closing WHERE year = OLD.year);
  SELECT RAISE(ABORT, 'guard: open_period_has_no_seal')
   WHERE NEW.status = 'open'
     AND (NEW.seal IS NOT NULL OR NEW.closed_by IS NOT NULL OR NEW.closed_at IS NOT NULL);
  SELECT RAISE(ABORT, 'guard: period_closes_with_its_seal')
   WHERE NEW.status = 'closed'
     AND (NEW.seal IS NULL OR NEW.closed_by IS NULL OR NEW.closed_at IS NULL);
  SELECT RAISE(ABORT, 'guard: period_has_submitted_journals')
   WHERE NEW.status = 'closed'
     AND EXISTS (SELECT 1 FROM journal WHERE year = NEW.year AND period = NEW.number
                    AND status = 'submitted');
END
-- --
CREATE TRIGGER guard_period_closed AFTER UPDATE OF status ON period
WHEN NEW.status = 'closed' AND OLD.status = 'open'
BEGIN
  INSERT INTO period_closing (year, period, turn, closed_by, closed_at, seal, head_sequence)
  SELECT NEW.year, NEW.number,
         1 + (SELECT COUNT(*) FROM period_closing WHERE year = NEW.year AND period = NEW.number),
         NEW.closed_by, NEW.closed_at, NEW.seal, (SELECT sequence FROM chain_head);
END
-- --
CREATE TRIGGER guard_period_closing_told BEFORE INSERT ON period_closing
BEGIN
  SELECT RAISE(ABORT, 'guard: closing_is_told_by_its_period')
   WHERE NOT EXISTS (SELECT 1 FROM period p
                      WHERE p.year = NEW.year AND p.number = NEW.period AND p.status = 'closed'
                        AND p.seal = NEW.seal AND p.closed_by = NEW.closed_by
                        AND p.closed_at = NEW.closed_at)
      OR NEW.head_sequence IS NOT (SELECT sequence FROM chain_head)
      OR NEW.turn <> 1 + (SELECT COUNT(*) FROM reopening_agreed a
                           WHERE a.year = NEW.year AND a.period = NEW.period);
END
-- --
CREATE TRIGGER guard_reopening_asked_told BEFORE INSERT ON reopening_asked
BEGIN
  SELECT RAISE(ABORT, 'guard: reopening_of_no_closing')
   WHERE NEW.turn IS NOT (SELECT MAX(c.turn) FROM period_closing c JOIN period p
                              ON p.year = c.year AND p.number = c.period AND p.status = 'closed'
                           WHERE c.year = NEW.year AND c.period = NEW.period)
      OR trim(NEW.reason) = '';
  SELECT RAISE(ABORT, 'guard: person_may_not_reopen')
   WHERE NOT EXISTS (SELECT 1 FROM person WHERE username = NEW.asked_by AND active = 1
                        AND role IN ('finance_officer', 'approver', 'pool_manager',
                                     'administrator'));
END
-- --
CREATE TRIGGER guard_reopening_agreed_told BEFORE INSERT ON reopening_agreed
BEGIN
  SELECT RAISE(ABORT, 'guard: reopening_takes_two_people')
   WHERE NOT EXISTS (SELECT 1 FROM reopening_asked a
                      WHERE a.year = NEW.year AND a.period = NEW.period AND a.turn = NEW.turn
                        AND a.asked_by <> NEW.agreed_by);
  SELECT RAISE(ABORT, 'guard: reopening_of_no_closing')
   WHERE NEW.turn IS NOT (SELECT MAX(c.turn) FROM period_closing c JOIN period p
                              ON p.year = c.year AND p.number = c.period AND p.status = 'closed'
                           WHERE c.year = NEW.year AND c.period = NEW.period);
  SELECT RAISE(ABORT, 'guard: person_may_not_reopen')
   WHERE NOT EXISTS (SELECT 1 FROM person WHERE username = NEW.agreed_by AND active = 1
                        AND role IN ('finance_officer', 'approver', 'pool_manager',
                                     'administrator'));
END
-- --
CREATE TRIGGER guard_year_closing_told BEFORE INSERT ON year_closing
BEGIN
  SELECT RAISE(ABORT, 'guard: year_has_open_periods')
   WHERE (SELECT COUNT(*) FROM period WHERE year = NEW.year AND status = 'closed') <> 13;
END
-- --
CREATE TRIGGER guard_period_delete BEFORE DELETE ON period
BEGIN
  SELECT RAISE(ABORT, 'guard: period_never_deleted');
END
-- --
CREATE TRIGGER guard_import_batch_insert BEFORE INSERT ON import_batch
BEGIN
  SELECT RAISE(ABORT, 'guard: kept_for_ever')
   WHERE EXISTS (SELECT 1 FROM import_batch WHERE id = NEW.id);
END
-- --
CREATE TRIGGER guard_import_batch_update BEFORE UPDATE ON import_batch
BEGIN
  SELECT RAISE(ABORT, 'guard: kept_for_ever');
END
-- --
CREATE TRIGGER guard_import_batch_delete BEFORE DELETE ON import_batch
BEGIN
  SELECT RAISE(ABORT, 'guard: kept_for_ever');
END
-- --
CREATE TRIGGER guard_import_row_insert BEFORE INSERT ON import_row
BEGIN
  SELECT RAISE(ABORT, 'guard: kept_for_ever')
   WHERE EXISTS (SELECT 1 FROM import_row WHERE batch = NEW.batch AND row = NEW.row);
END
-- --
CREATE TRIGGER guard_import_row_update BEFORE UPDATE ON import_row
BEGIN
  SELECT RAISE(ABORT, 'guard: kept_for_ever');
END
-- --
CREATE TRIGGER guard_import_row_delete BEFORE DELETE ON import_row
BEGIN
  SELECT RAISE(ABORT, 'guard: kept_for_ever');
END
-- --
CREATE TRIGGER guard_audit_event_insert BEFORE INSERT ON audit_event
BEGIN
  SELECT RAISE(ABORT, 'guard: kept_for_ever')
   WHERE EXISTS (SELECT 1 FROM audit_event WHERE id = NEW.id);
END
-- --
CREATE TRIGGER guard_audit_event_update BEFORE UPDATE ON audit_event
BEGIN
  SELECT RAISE(ABORT, 'guard: kept_for_ever');
END
-- --
CREATE TRIGGER guard_audit_event_delete BEFORE DELETE ON audit_event
BEGIN
  SELECT RAISE(ABORT, 'guard: kept_for_ever');
END
-- --
CREATE TRIGGER guard_person_delete BEFORE DELETE ON person
BEGIN
  SELECT RAISE(ABORT, 'guard: person_is_made_inactive_never_deleted');
END
-- --
CREATE TRIGGER guard_person_rename BEFORE UPDATE OF username ON person
WHEN NEW.username <> OLD.username
BEGIN
  SELECT RAISE(ABORT, 'guard: username_never_changes');
END
-- --
CREATE TRIGGER guard_account_rename BEFORE UPDATE OF name ON account
WHEN NEW.name <> OLD.name
BEGIN
  SELECT RAISE(ABORT, 'guard: account_name_never_changes');
END
-- --
CREATE TRIGGER guard_account_delete BEFORE DELETE ON account
BEGIN
  SELECT RAISE(ABORT, 'guard: account_has_postings')
   WHERE EXISTS (SELECT 1 FROM posting WHERE account = OLD.name);
END
-- --
CREATE TRIGGER guard_attachment_insert BEFORE INSERT ON attachment
BEGIN
  SELECT RAISE(ABORT, 'guard: kept_for_ever')
   WHERE EXISTS (SELECT 1 FROM attachment
                  WHERE journal_id = NEW.journal_id AND turn = NEW.turn);
END
-- --
CREATE TRIGGER guard_attachment_update BEFORE UPDATE ON attachment
BEGIN
  SELECT RAISE(ABORT, 'guard: kept_for_ever');
END
-- --
CREATE TRIGGER guard_attachment_delete BEFORE DELETE ON attachment
BEGIN
  SELECT RAISE(ABORT, 'guard: kept_for_ever')
   WHERE EXISTS (SELECT 1 FROM journal WHERE id = OLD.journal_id AND status = 'posted');
END
