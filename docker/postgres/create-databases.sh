#!/usr/bin/env bash
# Runs once, on an empty volume: a database and an owner for Ulak and for Evolution, closed to each other.
set -euo pipefail

psql --username "$POSTGRES_USER" --no-psqlrc --set ON_ERROR_STOP=1 \
  --set ulak_password="$ULAK_DATABASE_PASSWORD" --set evolution_password="$EVOLUTION_DATABASE_PASSWORD" <<'SQL'
create role ulak login password :'ulak_password';
create database ulak owner ulak;
revoke all on database ulak from public;
create role evolution login password :'evolution_password';
create database evolution owner evolution;
revoke all on database evolution from public;
SQL
