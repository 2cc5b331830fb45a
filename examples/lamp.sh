#!/bin/sh
# Lights a lamp while somebody calls. A lamp is a file that takes 1 and 0, like an LED of Linux. In the configuration:
#     [hooks]
#     on_invitation = ["~/bin/lamp.sh", "on", "/sys/class/leds/input3::capslock/brightness"]
#     on_outcome = ["~/bin/lamp.sh", "off", "/sys/class/leds/input3::capslock/brightness"]
calls=${XDG_RUNTIME_DIR:?}/rsvp-lamp
mkdir -p "$calls" || exit 1
case $1 in
on) : >"$calls/$RSVP_ID" ;;
off) rm -f "$calls/$RSVP_ID" ;;
esac
if [ -n "$(ls "$calls")" ]; then echo 1; else echo 0; fi >"$2"
