"""A small trust as a file."""

WHOLE = """
trust: Testing Children's Trust
partners:
  - {code: council, name: The Council, kind: council}
  - {code: pct, name: The Primary Care Trust, kind: health}
services:
  - code: fostering
    title: Fostering
    outcomes:
      - {starts: 2003-04-01, weights: {stay_safe: 2, enjoy_and_achieve: 1}}
  - {code: office, title: The office}
funds:
  - code: pool
    title: The pool
    kind: pooled
    legal_basis: health_act_1999_s31
    host: council
providers:
  - {code: merrilow, name: Merrilow Foster Care, also_known_as: [MERRILOW]}
contracts:
  - {number: C-0001, title: Placements, provider: merrilow, service: fostering, fund: pool,
     value: "3000.00", starts: 2003-04-01, ends: 2004-03-31}
people:
  - {username: f.officer, name: Fay Officer, role: finance_officer, partner: council}
coding_rules:
  - code: merrilow
    when:
      - {column: supplier, equals: Merrilow Foster Care}
    account: Expenses:ThirdParty:FosterCare
    service: fostering
    contract: C-0001
    fund: pool
budgets:
  - fund: pool
    year: 2003-04
    lines:
      - {account: "Expenses:ThirdParty:FosterCare", service: fostering, amount: "1000.00"}
      - {account: "Expenses:Employees:Salaries", service: office, amount: "10.01"}
contributions:
  - fund: pool
    partner: pct
    year: 2003-04
    instalments:
      - {day: 2003-04-30, amount: "250.00"}
      - {day: 2003-07-31, amount: "250.00"}
  - fund: pool
    partner: council
    year: 2003-04
    kind: in_kind
    account: Expenses:Employees:Seconded
    service: fostering
    instalments:
      - {day: 2003-06-30, amount: "100.00"}
"""
