"""The names that people ask by, for a door which loads what is behind a name only when asked.

What carries them stands elsewhere, and a test holds each list equal to it, in its order:
`reports.REPORTS`, `reports.papers.KINDS`, `recording.EVENTS` and `roles.Role`.
"""

from __future__ import annotations

REPORTS = tuple(
    """
    trial-balance fund-position outcome-spend not-attributed contributions commitments
    contract-position invoices placement-forecast partner-position agreements wind-up budget
    forecast risk-share memorandum-account grant-statement grant-claim grant-exposure
    grant-series map-actions outcome-targets national-indicators value-for-money procurements
    monitoring-due reviews combined-action-plan bank-reconciliation month-end year-end
    quarterly-report annual-return board-pack commissioning-calendar changes-since
    contract-register uplifts needs provider-register directory-reviews audit-trail
    """.split()
)

PAPERS = tuple("csv xlsx html json pdf".split())
"""The kinds of file a report is given as."""

EVENTS = tuple(
    """
    agreement agreement-variation appointment direction accounting-role delivery
    agreement-termination wind-up office-holder connexions-plan vat contribution
    contribution-change contributions-due contribution-proposal receipt receipt-match dispute
    dispute-note dispute-resolution chase risk-share risk-share-suspension settlement grant
    allocation payment grant-revision grant-cut grant-approval grant-year map map-progress
    map-assessment claim certification clawback carry-forward budget-change virement
    virement-rule profile forecast accrual prepayment period-closing reopening
    reopening-agreement host-balance year-end-rule year-closing issue need need-observation
    need-provision need-priority view view-change provider provider-identifier
    provider-registration provider-document provider-document-end inspection document-rule
    service outcome-weights directory-entry directory-check directory-chase contract variation
    extension contract-end contract-reopening uplift uplift-decision index-figure obligation-met
    contract-document call-off call-off-variation call-off-enhancement call-off-suspension
    call-off-resumption call-off-end call-off-order call-off-cancellation call-off-close
    call-off-reopening return matching-rule invoice invoice-approval invoice-dispute
    invoice-resolution invoice-rejection invoice-payment overpayment held-payment indicator
    indicator-mapping outcome-target observation procurement tender bid interest bid-score
    evaluation waiver award award-contract procurement-end monitoring-rule monitoring-cycle
    check concern concern-step practice-standard standard-met review review-decision action
    action-done inspection-finding
    """.split()
)
"""Business events."""

ROLES = tuple(
    """
    finance_officer approver pool_manager commissioner board_member auditor administrator
    """.split()
)
