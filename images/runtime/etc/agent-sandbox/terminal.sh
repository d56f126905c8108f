# shellcheck shell=sh
# What a session believes of the terminal that it is told of, by `enter` (cli/ways/way-in.sh) or by ssh (profile.d). A program that draws ends over a TERM that nothing
# here describes, and the C library takes a zone that it does not have for UTC under another name.
case ${TERM:=dumb} in
  *[!A-Za-z0-9.+_-]*) TERM=xterm-256color ;;
  *)
    # Debian has ghostty's under this name alone.
    for _name in xterm-256color "${TERM#xterm-}" "$TERM"; do
      for _place in /usr/share/terminfo /etc/terminfo; do
        [ ! -f "$_place/${_name%"${_name#?}"}/$_name" ] || _known=$_name
      done
    done
    TERM=$_known
    ;;
esac
case ${TZ-} in
  '' | /* | *[!A-Za-z0-9/+_-]*) unset TZ ;;
  *) [ -f "/usr/share/zoneinfo/$TZ" ] || unset TZ ;;
esac
unset _known _name _place
