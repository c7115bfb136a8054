-- Who did what, from where: a row for each request that was to change something, written in the commit of what it came
-- to. Each row's hash covers the record and the hash before it; the writer's row says how many there are, and the last
-- one's hash, so that one that is changed, taken out or moved shows, the last ones included.
create table audit (
  number bigint primary key check (number > 0),
  -- JSON, exactly as it was hashed.
  record text not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  account text collate "C" not null generated always as (record::json ->> 'account') stored
);
create index audit_by_account on audit (account, number desc);

alter table writer add column audited bigint not null default 0 check (audited >= 0);
alter table writer add column audit_hash text not null default '';

create trigger only_added_to before update or delete or truncate on audit
  for each statement execute function refuse_change();
revoke update, delete, truncate on audit from current_user;

alter table audit enable row level security, force row level security;
create policy owns on audit to current_user using (true);
create policy seen on audit for select to spillway_api using (
  (select current_setting('spillway.sees', true)) = 'all'
);
grant select on audit to spillway_api;
