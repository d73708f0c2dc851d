-- A full scan goes page by page and can be resumed: see src/reconciliation/full-scan.ts.

-- How far a full scan has come: written with every page, in one transaction.
create table full_scans (
  run_id          uuid primary key references runs (id),
  -- When the first page was begun, on our Clock: the earliest moment of which the scan speaks.
  began_at        timestamptz,
  -- The newest page.
  page_at         timestamptz,
  pages           integer not null default 0,
  -- Wallets there were when it began. More may be scanned: an account without a wallet counts too.
  expected        bigint,
  -- The last key of the newest page; the next one begins after it.
  after_tenant_id text not null default '',
  after_account_id text not null default '',
  after_currency  text not null default '',
  scanned         bigint not null default 0,
  clean           bigint not null default 0,
  drifted         bigint not null default 0,
  unknown         bigint not null default 0,
  skipped         bigint not null default 0,
  suspects        integer not null default 0,
  reading_ms      bigint not null default 0,
  -- rule -> reason, of pages on which a rule could not be run.
  rules_not_run   jsonb not null default '{}',
  -- The card was last asked to show how far it is.
  told_at         timestamptz,
  done            boolean not null default false,
  check (scanned = clean + drifted + unknown + skipped)
);

-- Accounts on which a page saw a break: all of them are read once more before anything becomes a finding.
create table full_scan_suspects (
  run_id          uuid not null references full_scans (run_id),
  page            integer not null,
  place           integer not null,
  tenant_id       text not null,
  account_id      text not null,
  currency        text not null,
  -- R01 saw it.
  drifted         boolean not null,
  primary key (run_id, page, place)
);
