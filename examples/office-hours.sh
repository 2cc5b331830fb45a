#!/bin/sh
# Declines everybody outside office hours, except those whose addresses (like sip:dana@contoso.com) are lines of the file
# $ALLOWED. Options are those of `rsvp watch`. What came of each answer goes to standard error.
: "${RSVP:=rsvp}" "${ALLOWED:=$HOME/.config/rsvp/allowed}" "${OPEN:=8}" "${CLOSE:=18}"
folder=$(mktemp -d) && mkfifo "$folder/commands" || exit 1
trap 'rm -r "$folder"' EXIT
property() { printf '%s\n' "$event" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
is_open() { hour=$(date +%H); [ "${hour#0}" -ge "$OPEN" ] && [ "${hour#0}" -lt "$CLOSE" ]; }
"$RSVP" watch --json --commands "$@" <"$folder/commands" | while IFS= read -r event; do
    case $event in
    *'"event":"invitation'*'"direction":"incoming",'*'"uri":"'*) # The address may come after the name.
        id=$(property id)
        case $seen in *" $id "*) continue ;; esac
        seen="$seen $id "
        is_open || grep -qixF -e "$(property uri)" "$ALLOWED" || echo "decline $id Global" ;;
    *'"event":"reply",'*) printf '%s\n' "$event" >&2 ;;
    esac
done >"$folder/commands"
