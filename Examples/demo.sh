#!/bin/sh
# Shows what the tool does, on a store of its own that goes afterwards.
#
#   Examples/demo.sh PATH-TO-AMBERLOG [FILE]
#
# FILE is any conversation file that import takes, compressed or not; without one, the sample beside this script.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
tool=${1:?"usage: $0 PATH-TO-AMBERLOG [FILE]"}
file=${2:-"$here/sample.jsonl"}
directory=$(mktemp -d "${TMPDIR:-/tmp}/amberlog-demo.XXXXXX")
trap 'rm -rf "$directory"' EXIT INT TERM
export AMBERLOG_STORE="$directory/store"

now() { date +%s%N; }

# Runs the tool, shows the command and, below, how long the whole process took.
show() {
    printf '\n$ amberlog'
    for word; do
        case $word in
            *[!A-Za-z0-9_./=-]*) printf " '%s'" "$word" ;;
            *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n'
    begin=$(now)
    "$tool" "$@"
    end=$(now)
    case $begin$end in
        *N*) ;; # A date without nanoseconds.
        *) printf '  (%d.%d ms)\n' $(((end - begin) / 1000000)) $(((end - begin) / 100000 % 10)) ;;
    esac
}

# The value of a string or a number in a line of JSON.
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" | head -n 1; }

echo "A new store in $AMBERLOG_STORE"
show import "$file"

echo
echo "Importing the same file again adds nothing:"
show import "$file"
show sessions --limit 8

session=$("$tool" sessions --sort id --limit 1 --json | field session_id)
show load "$session" --limit 4

if [ $# -ge 2 ]; then
    # A word of the conversation itself.
    query=$("$tool" load "$session" --limit 1 | sed -n '2{s/^ *//;p;}' | tr -cs '[:alpha:]' '\n' |
        awk 'length > length(best) { best = $0 } END { print best }')
    query=${query:-hello}
else
    query="away on weekends"
fi
show search "$query" --limit 3
show save demo-session "A message of my own" --role user --meta source=demo
show load demo-session

echo
echo "Every process above has opened the store anew. What it holds now:"
show stats

first=$("$tool" export | cksum)
"$tool" backup "$directory/backup" >/dev/null
second=$("$tool" export --store "$directory/backup" | cksum)
if [ "$first" = "$second" ]; then
    echo
    echo "A backup was made, opened, and exports the same $(echo "$first" | cut -d ' ' -f 2) bytes as the store: verified."
else
    echo "The backup differs from the store." >&2
    exit 1
fi
