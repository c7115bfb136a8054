-- Text that names things is compared byte by byte: the same order everywhere, whatever the server's locale.
-- Times are milliseconds since 1970 on the market's clock; only the lease lives by the database's own clock.

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is only ever added to', tg_table_name using errcode = 'restrict_violation';
end
$$;

-- The right to write, and how far the writing has come. One row, which every commit updates.
create table writer (
  one boolean primary key default true check (one),
  epoch bigint not null default 0,
  holder text collate "C",
  ttl interval not null default '0',
  expires timestamptz not null default '-infinity',
  sequence bigint not null default 0 check (sequence >= 0),
  batches bigint not null default 0 check (batches >= 0)
) with (fillfactor = 10);
insert into writer default values;

-- What happened, a row for each batch that was committed together: as rows of their own, events would cost a third of
-- a commit. One JSON text a line, as it was written. A batch without events has last = first - 1.
create table journal (
  number bigint primary key,
  batch text collate "C" not null unique,
  first bigint not null check (first > 0),
  last bigint not null check (last >= first - 1),
  entries text not null check ((entries = '') = (last < first)),
  state_hash text not null
);
create index journal_by_last on journal (last);
-- The faster compression, where the server was built with it.
do $$
begin
  alter table journal alter entries set compression lz4;
exception when feature_not_supported then
  null;
end
$$;

-- The journal for people: an event a row.
create view journal_entries with (security_invoker) as
select
  (entry ->> 'sequence')::bigint as sequence,
  to_timestamp((entry ->> 'at')::bigint / 1000.0) as at,
  entry ->> 'type' as type,
  (entry ->> 'version')::integer as version,
  entry -> 'payload' as payload,
  batch
from journal, string_to_table(entries, E'\n') as line, lateral (select line::json as entry) as parsed;

create table answers (
  account text collate "C" not null,
  key text collate "C" not null,
  digest text not null,
  refusal text,
  first bigint not null,
  last bigint not null,
  primary key (account, key)
);

create table documents (
  kind text collate "C" not null,
  id text collate "C" not null,
  account text collate "C",
  position bigint not null,
  body jsonb not null,
  primary key (kind, id)
) with (fillfactor = 70);
create index documents_by_account on documents (kind, account, position desc, id desc);
create index documents_by_position on documents (kind, position desc, id desc);

-- Whose an account of the ledger is: the customer, or the account's own name, which has colons as no customer's has.
create function ledger_owner(account text) returns text language sql immutable parallel safe
return case when account like 'liabilities:customers:%' then split_part(account, ':', 3) else account end;

create table ledger_transfers (
  transaction bigint not null check (transaction > 0),
  leg integer not null check (leg >= 0),
  at bigint not null,
  kind text collate "C" not null,
  debit text collate "C" not null,
  credit text collate "C" not null check (debit <> credit),
  amount bigint not null check (amount > 0),
  subject text collate "C" not null,
  debit_owner text collate "C" not null generated always as (ledger_owner(debit)) stored,
  credit_owner text collate "C" not null generated always as (ledger_owner(credit)) stored,
  primary key (transaction, leg)
);
create index ledger_transfers_by_debit on ledger_transfers (debit_owner, transaction desc, leg desc);
-- Whose both sides are one owner's is found by its debit.
create index ledger_transfers_by_credit on ledger_transfers (credit_owner, transaction desc, leg desc)
  where credit_owner <> debit_owner;
create index ledger_transfers_by_subject on ledger_transfers (subject, transaction desc, leg desc);

-- What a customer may spend never falls below its floor; what is held, or owed to a reseller, never below nothing.
create table ledger_balances (
  account text collate "C" primary key,
  owner text collate "C" not null generated always as (ledger_owner(account)) stored,
  debits bigint not null check (debits >= 0),
  credits bigint not null check (credits >= 0),
  floor bigint,
  constraint balance_above_floor check (floor is null or credits - debits >= floor),
  constraint customer_has_floor check (
    account not like 'liabilities:customers:%'
    or floor is not null and (floor = 0 or account like '%:credit')
  )
) with (fillfactor = 50);
create index ledger_balances_by_owner on ledger_balances (owner, account);

create table cursors (
  name text collate "C" primary key,
  sequence bigint not null check (sequence >= 0)
);

create trigger only_added_to before update or delete or truncate on journal
  for each statement execute function refuse_change();
create trigger only_added_to before update or delete or truncate on answers
  for each statement execute function refuse_change();
create trigger only_added_to before update or delete or truncate on ledger_transfers
  for each statement execute function refuse_change();
revoke update, delete, truncate on journal, answers, ledger_transfers from current_user;

-- The role under which the API reads. It is the server's, not the database's: another database may have made it.
do $$
begin
  if not exists (select from pg_roles where rolname = 'spillway_api') then
    begin
      create role spillway_api nologin;
    exception when duplicate_object or unique_violation then
      null;
    end;
  end if;
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant spillway_api to %I', current_user);
  end if;
end
$$;

alter table writer enable row level security, force row level security;
alter table journal enable row level security, force row level security;
alter table answers enable row level security, force row level security;
alter table documents enable row level security, force row level security;
alter table ledger_transfers enable row level security, force row level security;
alter table ledger_balances enable row level security, force row level security;
alter table cursors enable row level security, force row level security;

create policy owns on writer to current_user using (true);
create policy owns on journal to current_user using (true);
create policy owns on answers to current_user using (true);
create policy owns on documents to current_user using (true);
create policy owns on ledger_transfers to current_user using (true);
create policy owns on ledger_balances to current_user using (true);
create policy owns on cursors to current_user using (true);

-- What an account sees. In a subselect, a setting is read once a query, not once a row.
create policy seen on documents for select to spillway_api using (
  account = (select current_setting('spillway.account', true))
  or account is null and (select current_setting('spillway.account', true)) <> ''
  or (select current_setting('spillway.sees', true)) = 'all'
);
create policy seen on ledger_transfers for select to spillway_api using (
  debit_owner = (select current_setting('spillway.account', true))
  or credit_owner = (select current_setting('spillway.account', true))
  or (select current_setting('spillway.sees', true)) = 'all'
);
create policy seen on ledger_balances for select to spillway_api using (
  owner = (select current_setting('spillway.account', true))
  or (select current_setting('spillway.sees', true)) = 'all'
);
grant select on documents, ledger_transfers, ledger_balances to spillway_api;
