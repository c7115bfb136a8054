-- The database of an installation, and the role that the service works as. Run once, by a superuser:
--
--   psql -v owner=spillway -v database=spillway -f packaging/roles.sql
--
-- Then give the role a password (\password spillway), or let it in by pg_hba.conf.
\set ON_ERROR_STOP on
\if :{?owner}
\else
  \set owner spillway
\endif
\if :{?database}
\else
  \set database spillway
\endif

-- What the API reads as: it may log in nowhere, and the schema grants it nothing but reading under an account's eyes.
select 'create role spillway_api nologin'
where not exists (select from pg_roles where rolname = 'spillway_api') \gexec

-- What the service works as: it owns its database, and can make no other, no role, and no superuser of itself.
create role :"owner" login nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
grant spillway_api to :"owner" with admin option;
create database :"database" owner :"owner" encoding 'UTF8' template template0;
revoke all on database :"database" from public;

-- What was acknowledged is on the disk, whatever the server's settings say of others.
alter role :"owner" in database :"database" set synchronous_commit = 'on';
