# shellcheck shell=bash
# Pulumi writes a stack file without a salt anew, less what it does not read: keys beside `config:`, which were a policy in somebody's mind, went
# before the program could refuse them. So the salt stands in the file before pulumi looks, and the rest stays as it was written.

# add_salt FILE SALT: the line at its end, where there is none. Below a flow mapping (`{config: ...}`) it would be none.
add_salt() {
  local text end=''
  [ -f "$1" ] && [ -n "$2" ] && text=$(tr -d '\0' <"$1") || return 0
  if [[ $text =~ (^|$'\n')encryptionsalt: ]] || [[ $text =~ ^([[:space:]]*(#[^$'\n']*)?$'\n')*[[:space:]]*[\{\[] ]]; then return 0; fi
  [ -z "$(tail -c 1 "$1")" ] || end=$'\n'
  printf '%sencryptionsalt: %s\n' "$end" "$2" >>"$1"
}

# salt_of FILE: of a stack's file or a state.
salt_of() { grep -oE '(encryption|")salt"?: *"?v1:[^" ]+' "$1" | sed -e 's/.*salt"*: *"*//' -e 1q; }

# with_file_kept FILE COMMAND...: runs what makes a stack; of what that makes of the file, the salt stays.
with_file_kept() {
  local file=$1 status=0 salt
  shift
  if ! [ -f "$file" ]; then
    "$@"
    return
  fi
  cp -p "$file" "$file.$$"
  "$@" || status=$?
  salt=$(salt_of "$file")
  mv -f "$file.$$" "$file"
  add_salt "$file" "$salt"
  return "$status"
}

# drop_salt FILE: takes the line away.
drop_salt() {
  # First a copy, which has its owner and mode.
  if cp -p "$1" "$1.$$" && sed -e '/^encryptionsalt:/d' "$1" >"$1.$$"; then mv -f "$1.$$" "$1"; fi
  rm -f "$1.$$"
}

# drop_unused_salt FILE: of a stack that is gone; with it nothing in the file is encrypted.
drop_unused_salt() {
  [ -f "$1" ] || return 0
  case $(<"$1") in *secure:*) ;; *) drop_salt "$1" ;; esac
}
