#!/usr/bin/env bash
# The example, with a thousand made-up hosts. The first argument is the command; with --no-spark as
# the second, Spark stays out.
set -euo pipefail
command=$(realpath "$(command -v "$1")")
here=$(dirname "$(realpath "$0")")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 "$here/make_hosts.py" "$folder" 1000
# A danger is the exit code 1, and there are some.
(cd "$folder" && "$command" audit --json-lines hosts/* --now 2026-11-25T12:00:00Z --time-zone Europe/Berlin > fleet.jsonl) || test $? -eq 1
python3 "$here/questions.py" "$folder/fleet.jsonl" "$folder/truth.json"
if [ "${2:-}" != --no-spark ]; then
    python3 "$here/spark.py" "$command" "$folder/questions.jsonl" "$folder/answers" 1000
fi
