-- The writer's state after an event, so that opening need not replay the whole journal. All of it follows from the
-- journal: a row may be dropped at any time, no backup holds it, and nothing refers to it.
create table state_snapshots (
  sequence bigint primary key check (sequence > 0),
  state_hash text not null,
  -- Of the program that took it, and the only one that reads it.
  program text collate "C" not null,
  taken timestamptz not null default clock_timestamp(),
  bytes bytea not null
);
-- It is compressed already.
alter table state_snapshots alter bytes set storage external;

alter table state_snapshots enable row level security, force row level security;
create policy owns on state_snapshots to current_user using (true);
