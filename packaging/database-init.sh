#!/bin/sh
# Run once by the image of PostgreSQL, where its data folder is still empty: the database, and the role that the service
# works as, which is no superuser.
set -eu
psql -X --username "$POSTGRES_USER" --dbname postgres -v owner=spillway -v database=spillway -f /etc/spillway/roles.sql
psql -X --username "$POSTGRES_USER" --dbname postgres -v ON_ERROR_STOP=1 <<'SQL'
\set password `cat /run/secrets/database_password`
alter role spillway password :'password';
SQL
