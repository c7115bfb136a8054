-- Where customers want to be told what happens. Not part of the journal: a secret must not be written where nothing is
-- ever taken out. Times are milliseconds since 1970 by the clock outside, for that is whom these wait for.
create table webhook_endpoints (
  id text collate "C" primary key,
  account text collate "C" not null,
  url text not null,
  types text[],
  secret text not null,
  previous_secret text,
  previous_until bigint,
  created bigint not null,
  -- The last event of the journal that it has been told of, or need not be.
  cursor bigint not null check (cursor >= 0),
  status text collate "C" not null check (status in ('active', 'given_up')),
  failures integer not null default 0 check (failures >= 0),
  retry_at bigint not null default 0,
  check ((previous_secret is null) = (previous_until is null))
) with (fillfactor = 70);
create index webhook_endpoints_by_account on webhook_endpoints (account, id);

create table webhook_deliveries (
  number bigint generated always as identity primary key,
  endpoint text collate "C" not null references webhook_endpoints on delete cascade,
  event text collate "C" not null,
  type text collate "C" not null,
  at bigint not null,
  attempt integer not null check (attempt > 0),
  -- The answer's HTTP status; null: there was none.
  status integer,
  error text,
  took_ms integer not null check (took_ms >= 0)
);
create index webhook_deliveries_by_endpoint on webhook_deliveries (endpoint, number desc);

alter table webhook_endpoints enable row level security, force row level security;
alter table webhook_deliveries enable row level security, force row level security;
create policy owns on webhook_endpoints to current_user using (true);
create policy owns on webhook_deliveries to current_user using (true);
create policy seen on webhook_endpoints for select to spillway_api using (
  account = (select current_setting('spillway.account', true))
  or (select current_setting('spillway.sees', true)) = 'all'
);
-- Of the endpoints that the policy above shows.
create policy seen on webhook_deliveries for select to spillway_api using (
  endpoint in (select id from webhook_endpoints)
);
-- All but the secrets: whoever reads for the API cannot read those.
grant select (id, account, url, types, created, cursor, status, failures, retry_at)
  on webhook_endpoints to spillway_api;
grant select on webhook_deliveries to spillway_api;
