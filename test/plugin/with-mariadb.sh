#!/bin/sh
# Runs a command with a throw-away MariaDB: test/plugin/with-mariadb.sh phpunit -c test/plugin/phpunit.xml
# Needs mariadbd and mariadb-install-db, and PHP's mysqli; where mysqli is not enabled, AR_BRIDGE_TEST_PHP_OPTIONS can load it
# ("-d extension=/path/mysqlnd.so -d extension=/path/mysqli.so"), for the command's PHP as well as for the requests it starts.
set -eu
folder=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
mariadb-install-db --no-defaults --datadir="$folder/data" --auth-root-authentication-method=normal --skip-test-db --user="$(id -un)" >"$folder/install.log" 2>&1
mariadbd --no-defaults --datadir="$folder/data" --socket="$folder/sock" --pid-file="$folder/pid" --skip-networking --user="$(id -un)" >"$folder/server.log" 2>&1 &
server=$!
tries=0
until [ -S "$folder/sock" ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 300 ] || { cat "$folder/server.log" >&2; exit 1; }
  sleep 0.1
done
AR_BRIDGE_TEST_MYSQL="$folder/sock" "$@"
