# shellcheck shell=bash
# What a command about one client's stack needs before and after it: a stack to work on, a state that is whole, and after a destroy
# the question to the engine. Sourced by bin/pulumi with `root`, `package` and `program` (setup/root.sh), `files` (the folder of a backend of files) and PULUMI_BIN set; returns
# what pulumi may do alone, else ends with pulumi's status.

: "${root:?}" "${state:?}" "${package:?}" "${program:?}"
# shellcheck source=setup/salt.sh
. "$package/setup/salt.sh"
# shellcheck source=setup/clients.sh
. "$package/setup/clients.sh"

says() { printf '%s\n' "$1" >&2; }

# The plain name that --stack or -s says; for a destroy also the stack that is selected.
client_named() {
  local word before=''
  client=''
  for word; do
    case $before in --stack | -s) client=$word ;; esac
    case $word in --stack=* | -s=*) client=${word#*=} ;; esac
    before=$word
  done
  if [ -z "$client" ] && [ -n "$destroys" ]; then client=$("$PULUMI_BIN/pulumi" stack --show-name --non-interactive 2>/dev/null) || true; fi
  [[ $client =~ ^[a-z][a-z0-9-]*$ ]]
}

# any_of WORDS ARGUMENT...: is one of the words among the arguments, alone or before a `=`? One that is said to be false is not (pflag's spellings).
any_of() {
  local words=" $1 " word
  shift
  for word; do
    case $word in *=false | *=False | *=FALSE | *=f | *=F | *=0) continue ;; esac
    case $words in *" ${word%%=*} "*) return 0 ;; esac
  done
  return 1
}

# 0: the backend has the stack; 1: it has not; 2: it does not say. Files are looked at without Pulumi's 0.3 s.
in_backend() {
  if [ -n "$files" ]; then
    [ -f "$checkpoint" ] || [ -f "$checkpoint.gz" ] || [ -f "$checkpoint.zst" ]
    return
  fi
  # 6 is Pulumi's own status of a stack that is not there.
  "$PULUMI_BIN/pulumi" stack --stack "$client" --show-name --non-interactive >/dev/null 2>&1 || case $? in 6) return 1 ;; *) return 2 ;; esac
}

# Ctrl-C from the first moment on: of one that comes while a shell waits for another program, and not for that one, the shell takes no notice. A terminal sends it to pulumi as well; one
# for this process alone is handed on.
interrupt() {
  again=1 interrupted=1
  if [ -n "$child" ]; then case $(ps -o stat= -p $$ 2>/dev/null) in *+*) ;; *) kill -INT "$child" 2>/dev/null || true ;; esac fi
}

# Ends this command where somebody has said Ctrl-C, before pulumi is begun or anything else that changes something.
heed() {
  [ -n "$interrupted" ] || return 0
  says "Interrupted before pulumi was begun. Nothing was changed."
  exit 130
}

# Runs pulumi as a child, its status in `status`; where somebody has said Ctrl-C before, it is not begun.
run_pulumi() {
  local run='' machine=''
  again=1
  if [ -n "$interrupted" ]; then
    says "Interrupted before pulumi was begun. Nothing was changed."
    status=130
    return
  fi
  if [ -n "$files" ] && place_named; then run=$client.$$.$RANDOM$RANDOM; fi
  # What a shell starts in the background would ignore Ctrl-C.
  (trap - INT && AGENT_SANDBOX_RUN=$run exec "$PULUMI_BIN/pulumi" "$@") <&0 &
  child=$!
  [ -z "$interrupted" ] || interrupt
  trap 'again=1; kill -TERM "$child" 2>/dev/null || true' TERM
  if [ -n "$run" ] && mkdir -p "$runs" 2>/dev/null; then printf '%s\n' "$place" "$run" "$machine" 2>/dev/null >"$runs/$child" || true; fi
  while [ -n "$again" ]; do
    again='' status=0
    wait "$child" || status=$?
  done
  trap - TERM
  # One that was killed has left its lock, and is asked for by the next command.
  if [ -n "$run" ] && ! is_locked; then rm -f "$runs/$child"; fi
  child=''
}

# A pulumi that is killed leaves its lock, which says a process and a host's name, and both may mean another one elsewhere. So each run
# writes down whose processes these are: this user's, since this boot, in this namespace, on this machine. A lock goes when its process is one of these and has
# ended. First what it had started is ended: a provider would stay for ever (seen: ten minutes). Any other lock stays, and is told (`tell_locked`).
place_named() {
  local boot=/proc/sys/kernel/random/boot_id space
  machine=''
  if [ -r /etc/machine-id ]; then machine=$(</etc/machine-id); fi
  [ -r "$boot" ] && space=$(readlink /proc/self/ns/pid) && place="$EUID $(<"$boot") $space"
}
# has_ended PID PLACE MACHINE: is it known that this process, of these words of a run, is no more?
has_ended() {
  # A signal of this user's to one of this user's fails when there is none.
  if [ "$2" = "$place" ]; then ! kill -0 "$1" 2>/dev/null; else before_this_boot "$2" "$3"; fi
}
# Of this machine before its last start, as after a loss of power: nothing of then runs. The file system tells that it is not another machine of one name and one
# cloned id that shares the folder and runs: one kernel alone can have it.
before_this_boot() {
  local now=${place#* } was=${1#* }
  if [ "$2" != "$machine" ] || [ "${1%% *}" != "$EUID" ] || [ "${was%% *}" = "${now%% *}" ]; then return 1; fi
  # Of several mounts in one place the last lies on top.
  case $(findmnt --noheadings --output FSTYPE --target "$runs" 2>/dev/null | tail -n 1) in
    ext[234] | xfs | btrfs | zfs | f2fs | bcachefs | overlay | tmpfs) ;;
    *) return 1 ;;
  esac
}
# Ends what carries a run's mark. Status 1 when something of it does not end.
end_orphans() {
  local found process signal try
  for signal in TERM KILL; do
    for try in {1..20}; do
      # Its status tells of those that ended meanwhile as well.
      found=$(grep -lsxzF -- "AGENT_SANDBOX_RUN=$1" /proc/[0-9]*/environ || true)
      [ -n "$found" ] || return 0
      for process in $found; do
        process=${process#/proc/}
        [ "$try" != 1 ] || kill -s "$signal" "${process%/environ}" 2>/dev/null || true
      done
      sleep 0.25
    done
  done
  return 1
}
drop_dead_locks() {
  local lock pid text run last on
  place_named || return 0
  for lock in "$locks"/*.json; do
    text=$(cat "$lock" 2>/dev/null) || continue
    [[ $text =~ \"pid\":([0-9]+), && $text == *"\"hostname\":\"$HOSTNAME\""* ]] || continue
    pid=${BASH_REMATCH[1]}
    { read -r last && read -r run && { read -r on || true; }; } 2>/dev/null <"$runs/$pid" || continue
    has_ended "$pid" "$last" "$on" || continue
    end_orphans "$run" || continue
    # Another one that looks now comes to the same end.
    rm -f "$lock" "$runs/$pid"
    says "The pulumi before was killed (process $pid): its lock is removed, and this command goes on from what it left."
  done
}
# Of two commands that change one stack the second is told here who has it: pulumi says so at the end of its own screen, and of two that begin in one moment it refuses both (it writes its
# lock, and then looks for others). So a command takes its turn before: a file that one alone can make. Whoever ends without giving it back has left a process number of before, with the
# time at which that process began. Pulumi's own lock is behind it, for other machines and for a pulumi that nobody started by bin/pulumi.
take_turn() {
  local left
  [ -n "$files" ] && place_named && mkdir -p "${turn%/*}" 2>/dev/null || return 0
  # Whole before it has its name, as the passphrase is. A folder or a disk that takes no file has no turns.
  trap 'rm -f "$turn.$$"' EXIT
  printf '%s\n' "$place" "$$ $(began $$)" "$(id -un)" "$(date -u '+%Y-%m-%d %H:%M:%S UTC')" 2>/dev/null >"$turn.$$" || return 0
  for _ in {1..5}; do
    if ln "$turn.$$" "$turn" 2>/dev/null; then
      # Its own alone: a person may have taken it away, and another command its turn.
      trap '[ ! "$turn" -ef "$turn.$$" ] || rm -f "$turn"; rm -f "$turn.$$"' EXIT
      return 0
    fi
    # It may have been given back just now.
    lines_of "$turn" || continue
    left=("${lines[@]}")
    # Any user of this boot and namespace counts. Whoever may write into the folder may have written it: what looks like a number, a name and a time is said.
    if [ "${left[0]#* }" = "${place#* }" ] && [[ ${left[1]} =~ ^([0-9]+)\ [0-9]+$ ]] && [ "${left[1]#* }" = "$(began "${BASH_REMATCH[1]}")" ]; then
      [[ ${left[2]} =~ ^[A-Za-z0-9._@-]+$ ]] || left[2]=somebody
      [[ ${left[3]} =~ ^[0-9-]+\ [0-9:]+\ UTC$ ]] || left[3]='a time unknown'
      tell_at_work "${left[2]}" "$HOSTNAME" "${left[1]%% *}" "${left[3]}"
    fi
    # One at a time: of two that have read it, the slower would take away the turn of the one that came before it.
    (flock 9 && lines_of "$turn" && [ "${lines[*]}" = "${left[*]}" ] && rm -f "$turn") 9<"${turn%/*}" || true
  done
}
# When a process of this machine began, in the kernel's ticks; nothing of one that is not there.
began() {
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
  # The name of the program may hold anything.
  read -ra stat <<<"${stat##*) }"
  printf '%s' "${stat[19]}"
}
lines_of() {
  local line
  lines=()
  while IFS= read -r line; do lines+=("$line"); done 2>/dev/null <"$1" && [ "${#lines[@]}" -eq 4 ]
}
# tell_at_work USER HOST PROCESS SINCE [MORE]: ends this command.
tell_at_work() {
  says "Another command of pulumi has the lock of $client: process $3 of $1 on $2, since $4. Wait until it has ended, then run this again.${5:+ $5} Nothing was changed."
  exit 1
}
# By the lock itself, of which only what looks like a name, a number and a time is said.
tell_locked() {
  local lock text user='somebody' host='a machine unknown' pid='unknown' since='a time unknown'
  for lock in "$locks"/*.json; do
    text=$(cat "$lock" 2>/dev/null) || continue
    if [[ $text =~ \"pid\":([0-9]+) ]]; then pid=${BASH_REMATCH[1]}; fi
    if [[ $text =~ \"username\":\"([A-Za-z0-9._@-]+)\" ]]; then user=${BASH_REMATCH[1]}; fi
    if [[ $text =~ \"hostname\":\"([A-Za-z0-9._-]+)\" ]]; then host=${BASH_REMATCH[1]}; fi
    if [[ $text =~ \"timestamp\":\"([0-9-]+)T([0-9:]+)[0-9.]*(Z|[+-][0-9:]+)\" ]]; then since="${BASH_REMATCH[1]} ${BASH_REMATCH[2]} ${BASH_REMATCH[3]/#Z/UTC}"; fi
    tell_at_work "$user" "$host" "$pid" "$since" "Where it has ended without giving the lock back, take it away: \`bin/pulumi cancel --stack $client\`."
  done
}

# Where `pulumi cancel` took the lock away, what the killed run had started is still there.
end_lost() {
  local record run last on
  compgen -G "$runs/*" >/dev/null || return 0
  place_named || return 0
  for record in "$runs"/*; do
    { read -r last && read -r run && { read -r on || true; }; } 2>/dev/null <"$record" || continue
    has_ended "${record##*/}" "$last" "$on" || continue
    if end_orphans "$run"; then rm -f "$record"; fi
  done
}

# A pulumi whose disk is full writes the beginning of its state, and puts that in the place of the whole one: gocloud.dev's fileblob
# renames also what it could not write. So each state of an update is kept beside it until the end, and one of them put back; and no
# update begins without room.
mend() { node "$package/setup/mend-state.$program" "$client" "$files/.pulumi" >&2; }
# Whether the state and the last entry of its history end as they should, and nobody has left a lock; what only looks whole, pulumi
# refuses by itself.
looks_whole() {
  local ends=("$history/$client"-*.history.json)
  ends=("$checkpoint" "${ends[@]: -1}")
  [ -e "${ends[1]}" ] || unset 'ends[1]'
  ! is_locked || return 1
  [ "$(tail -q -c 1 "${ends[@]}")" = "$(printf '}%.0s' "${ends[@]}")" ]
}
is_locked() { compgen -G "$locks/*" >/dev/null; }
# An update of this project may take a step's program away, and the state still has its undo.
retire_steps() {
  local undo
  while read -r undo; do
    if [ ! -e "$package/$undo" ]; then node "$package/setup/retire-steps.$program" "$checkpoint" "$package" || return 1; fi
  done < <(grep -oE '"delete": ?"[^"]*components/steps/[a-z.-]+' "$checkpoint" | grep -oE 'components/steps/[a-z.-]+$' | sort -u)
}
# What a killed pulumi was about is in its state as pending, which even an `up --refresh` warns of for ever. What is on the engine of it has
# the client's label, and the program looks there itself.
settle_pending() {
  grep -qs '"pending_operations"' "$checkpoint" || return 0
  "$PULUMI_BIN/pulumi" refresh --stack "$client" --yes --skip-preview --clear-pending-creates --non-interactive >/dev/null 2>&1 || true
}
need_room() {
  local free least=''
  while read -r _ _ _ free _; do
    if [[ $free =~ ^[0-9]+$ ]] && [ "$free" -lt "${least:-16384}" ]; then least=$free; fi
  done < <(df -Pk "${files:-$root}" "$root" 2>/dev/null)
  [ -n "$least" ] || return 0
  says "Pulumi writes its state to ${files:-the backend}, and the stack's file to $root/stacks, where there are $((least / 1024)) MiB: free 16 MiB or more. Nothing was changed."
  exit 1
}
keep_last() {
  local old
  [ "$status" -eq 0 ] || mend || true
  # Of an update that goes on, or that was killed.
  ! is_locked || return 0
  rm -f "$checkpoint".[0-9]*[0-9]
  # Each entry of the history is a whole state, and two files: the newest twenty stay.
  old=("$history/$client"-*.json)
  [ "${#old[@]}" -le 40 ] || rm -f "${old[@]:0:${#old[@]}-40}"
}

# A salt belongs to one passphrase. One that came with the file from elsewhere goes, where nothing in the file is encrypted with it.
drop_foreign_salt() {
  local text
  [ -f "$file" ] && text=$(<"$file") || return 0
  [[ $text =~ (^|$'\n')encryptionsalt:[[:space:]]*([^[:space:]]+) ]] || return 0
  ! grep -qsF -- "${BASH_REMATCH[2]}" "$checkpoint" || return 0
  case $text in *secure:*) foreign=1 ;; *) drop_salt "$file" ;; esac
}
# Which commit the files of this checkout are of, for the audit of the gateway: ` dirty` where one of them, or the client's own, is not as it has them. Nothing outside of git.
commit_of_files() {
  local commit dirty=''
  in_git() { env -u GIT_DIR -u GIT_WORK_TREE -u GIT_INDEX_FILE git -C "$root" "$@" 2>/dev/null; }
  commit=$(in_git rev-parse --verify HEAD) || return 0
  # By content: to `git status` a file with a salt is another one, for its size is (setup/git.sh).
  if ! in_git diff --no-ext-diff --quiet HEAD -- || [ -n "$(in_git ls-files --others --exclude-standard || echo unknown)" ] ||
    ! in_git ls-files --error-unmatch -- "$file" >/dev/null; then dirty=' dirty'; fi
  printf '%s%s' "$commit" "$dirty"
}
# Pulumi does not say which file it cannot read.
tell_unreadable() { [ -f "$file" ] && node "$package/setup/unreadable.$program" "$root" "$client" "${1-none}" >&2; }
tell_foreign_salt() {
  [ -z "$foreign" ] || says "If the passphrase is not the right one: $file has values under \`secure:\`, which take the passphrase they were made with. Put that into $state/passphrase (or say PULUMI_CONFIG_PASSPHRASE), or write the values anew with \`pulumi config set --secret\` after taking them and the line \`encryptionsalt:\` out of the file."
}

# A plan (`preview --save-plan FILE`, `up --plan FILE`) has the moment that it was made at, as a key of its own which pulumi passes over: what must differ
# from whatever was before carries the moment (components/moment.ts). It holds the names and policies of the client.
plan_named() {
  local word before=''
  plan=''
  for word; do
    case $before in --save-plan | --plan) plan=$word ;; esac
    case $word in --save-plan=* | --plan=*) plan=${word#*=} ;; esac
    before=$word
  done
  [ -n "$plan" ]
}
moment_of() { sed -nE '2s/^ *"agentSandboxMoment": "([0-9a-z]+)",$/\1/p' "$1" 2>/dev/null; }
preview_for_plan() {
  AGENT_SANDBOX_MOMENT=$(node -p 'Date.now().toString(36)')
  export AGENT_SANDBOX_MOMENT
  (umask 077 && : >"$plan.$$")
  rm -f "$plan"
  run_pulumi "$@"
  # Whole before it has its name, and for nobody else to read.
  if [ -f "$plan" ] && awk -v moment="$AGENT_SANDBOX_MOMENT" \
    '{ print } NR == 1 && $0 == "{" { print "    \"agentSandboxMoment\": \"" moment "\"," }' "$plan" >"$plan.$$"; then mv -f "$plan.$$" "$plan"; fi
  rm -f "$plan.$$"
}

# A stack takes the passphrase that it was made with. The checkout's own, which is older than its states, is that of all in them, so nobody asks (0.4 s).
tell_passphrase() {
  local given=$state/passphrase more=''
  if [ -n "${PULUMI_CONFIG_PASSPHRASE+set}" ]; then
    given='what PULUMI_CONFIG_PASSPHRASE says' more="Say the right one, or none (\`unset PULUMI_CONFIG_PASSPHRASE\`), and $state/passphrase is taken."
  elif [ "${PULUMI_CONFIG_PASSPHRASE_FILE:-}" != "$given" ]; then
    given=${PULUMI_CONFIG_PASSPHRASE_FILE:-} more="Name the right file in PULUMI_CONFIG_PASSPHRASE_FILE, or none, and $state/passphrase is taken."
  elif [ "$files" = "$state" ] && { ! [ -f "$checkpoint" ] || [ "$given" -ot "$checkpoint" ]; }; then
    return 0
  else
    given+=', which this checkout made for itself' more='Put the one of those who made the stack into that file (or say PULUMI_CONFIG_PASSPHRASE).'
  fi
  case $("$PULUMI_BIN/pulumi" stack output --stack "$client" --show-secrets --non-interactive 2>&1) in
    *"incorrect passphrase"*) says "The stack $client was made with another passphrase than $given. $more Nothing was changed." ;;
  esac
}

# Pulumi says only which name it does not find.
tell_missing() {
  says "There is no $file, and no stack $client. Clients: $(clients_of .). To make one, write its file (agentbox init helps). In Pulumi's words:"
}

make_stack() {
  local said failed=''
  need_room
  drop_foreign_salt
  said=$(with_file_kept "$file" "$PULUMI_BIN/pulumi" stack init "$client" --no-select --non-interactive 2>&1) || failed=1
  # Of two that make it at once, one does.
  if [ -n "$failed" ] && ! in_backend; then
    tell_unreadable || says "$said"
    tell_foreign_salt
    exit 1
  fi
  "$package/setup/git.sh" >&2
}
# Of a stack that has nothing, no trace stays; one that has is refused by pulumi.
unmake_stack() {
  local types='' remove=("$PULUMI_BIN/pulumi" stack rm "$client" --yes --preserve-config --remove-backups --non-interactive)
  if ! "${remove[@]}" >/dev/null 2>&1; then
    # The stack itself may be in the state, with what answered when the program asked what was there. Neither is anything on the engine.
    types=$("$PULUMI_BIN/pulumi" stack export --stack "$client" --non-interactive 2>/dev/null | grep -oE '"type": "[^"]+:[^"]+:[^"]+"' || true)
    [ -n "$types" ] && ! grep -qvE '"pulumi:(pulumi:Stack|providers:pulumi)"$' <<<"$types" && "${remove[@]}" --force >/dev/null 2>&1 || return 0
  fi
  drop_unused_salt "$file"
  # Its size is another one again.
  "$package/setup/git.sh" >&2
}

# Before a destroy: what the client has on the engine, in a line of JSON. A client that its file or its last `up` protects, or that another checkout made, is refused here: Pulumi
# itself refuses when it comes to what is protected, and has forgotten all before it by then.
take_stock() { stock=$(node "$package/cli/agentbox.$program" wipe "$client" --before-destroy) || exit; }

# The client as a whole goes: what of it no state knows, too.
ask_engine() {
  # Where pulumi speaks JSON, people read this.
  if any_of "--json -j --output" "${arguments[@]}"; then exec >&2; fi
  # Whoever ran this tells it himself, apart from what pulumi has said.
  if [ -n "${AGENT_SANDBOX_PROOF:-}" ]; then exec >"$AGENT_SANDBOX_PROOF"; fi
  if any_of "--yes -y" "${arguments[@]}" || [ "${PULUMI_SKIP_CONFIRMATIONS:-}" = true ]; then set -- "$@" --yes; fi
  node "$package/cli/agentbox.$program" wipe "$client" ${stock:+--was "$stock"} "$@" || status=$?
}

[ . -ef "$root" ] && ! any_of "--help -h" "$@" || return 0
arguments=("$@") destroys='' stock='' status=0 made='' foreign='' there=0 child='' interrupted=''
trap interrupt INT
if any_of "destroy down dn" "$1" &&
  ! any_of "--preview-only --target -t --target-dependents --exclude -x --exclude-dependents --exclude-protected" "$@"; then destroys=1; fi
client_named "$@" || {
  heed
  # An option in the place of a name: pulumi would look for a stack of that name.
  case $client in -*)
    says "$(printf '%q' "$client") is no client's name: small letters, digits and -, a letter first. Nothing was changed."
    exit 2
    ;;
  esac
  return 0
}
heed
file=stacks/Pulumi.$client.yaml
checkpoint=$files/.pulumi/stacks/agent-sandbox/$client.json history=$files/.pulumi/history/agent-sandbox/$client
locks=$files/.pulumi/locks/organization/agent-sandbox/$client runs=$files/.agent-sandbox-runs/$client turn=$files/.agent-sandbox-runs/$client.turn

# Pulumi makes a file where there is none, with the salt alone: that is no client's, and goes again.
absent=''
[ -f "$file" ] || absent=1
# Pulumi reads the first document alone and writes the file anew without the rest, before the program could refuse it: a policy in it would be gone.
if [ -z "$destroys" ] && [ -f "$file" ] && awk '/^(---|\.\.\.)([ \t\r]|$)/ { if (seen) found = 1; next } !/^[ \t\r]*(#|$)/ { seen = 1 } END { exit !found }' "$file"; then
  says "$file has a second document, or an end marker (a line --- or ...), and Pulumi would drop what is behind it. Write one document. Nothing was changed."
  exit 1
fi
# Pulumi asks the machine that these name for the stack's key before the program could refuse it. However YAML writes them: it is judged as a whole then.
if [ -f "$file" ] && grep -qE 'secretsprovider|encryptedkey|[\]' "$file" && ! asked=$(node "$package/cli/agentbox.$program" check "$client" 2>&1) &&
  grep -qE '(secretsprovider|encryptedkey) ' <<<"$asked"; then
  printf '%s\n' "$asked" >&2
  exit 1
fi
in_backend || there=$?
heed
# Whoever changes nothing waits for nobody.
changes=''
if ! any_of "preview pre config" "$1" && ! any_of --preview-only "$@"; then changes=1; fi
if [ -n "$changes" ]; then take_turn; fi
if [ -n "$files" ] && is_locked; then drop_dead_locks; fi
if [ -n "$files" ] && [ -n "$changes" ] && is_locked; then tell_locked; fi
if [ -n "$files" ] && ! is_locked; then end_lost; fi
case $there$1 in
  # No stack, whether there is a file or not: the engine knows what there is.
  1destroy | 1down | 1dn)
    heed
    [ -n "$destroys" ] || return 0
    take_stock
    heed
    ask_engine
    exit "$status"
    ;;
  1*)
    heed
    if ! [ -f "$file" ]; then
      tell_missing
      return 0
    fi
    make_stack
    made=1
    ;;
  0*)
    if [ -n "$files" ]; then
      drop_foreign_salt
      if [ -f "$checkpoint" ]; then add_salt "$file" "$(salt_of "$checkpoint")"; fi
    fi
    if [ -n "$files" ] && [ -f "$checkpoint" ] && ! looks_whole; then mend || exit 1; fi
    # Whoever has a lock writes the state.
    if [ -n "$files" ] && [ -f "$checkpoint" ] && ! is_locked; then retire_steps || exit 1; fi
    ;;
esac

# The program has no word for it, and looks at delivered files only then: 0.3 s of each run (docs/decisions.md, D-90).
if any_of "--refresh -r" "$@" || [ "$1" = refresh ]; then export AGENT_SANDBOX_REFRESH=1; fi
case $1 in
  config)
    [ -n "$made$foreign" ] || {
      heed
      return 0
    }
    run_pulumi "$@"
    ;;
  preview | pre)
    if plan_named "$@"; then preview_for_plan "$@"; else run_pulumi "$@"; fi
    ;;
  *)
    # A destroy makes room.
    case $1 in
      destroy | down | dn) any_of "--preview-only" "$@" || take_stock ;;
      *) need_room ;;
    esac
    if [ -n "$files" ] && ! is_locked; then settle_pending; fi
    if [ -n "$files" ]; then export PULUMI_DIY_BACKEND_RETAIN_CHECKPOINTS=true; fi
    AGENT_SANDBOX_COMMIT=$(commit_of_files)
    export AGENT_SANDBOX_COMMIT
    # Pulumi's own git.dirty of a stack's history is true of every file with a salt; of variables that begin so, the history says that they were set.
    unset PULUMI_AGENT_SANDBOX_CLEAN
    case $AGENT_SANDBOX_COMMIT in '' | *' dirty') ;; *) export PULUMI_AGENT_SANDBOX_CLEAN=1 ;; esac
    if plan_named "$@"; then
      AGENT_SANDBOX_MOMENT=$(moment_of "$plan")
      export AGENT_SANDBOX_MOMENT
    fi
    # Sentences of steps that fail (components/steps/words.ts): the last thing on the screen, whatever else pulumi has to show.
    AGENT_SANDBOX_FAILED=$(mktemp "${TMPDIR:-/tmp}/agent-sandbox-failed.XXXXXX")
    export AGENT_SANDBOX_FAILED
    run_pulumi "$@"
    if [ -n "$files" ]; then keep_last; fi
    if [ "$status" -ne 0 ] && [ -s "$AGENT_SANDBOX_FAILED" ]; then cat "$AGENT_SANDBOX_FAILED" >&2; fi
    rm -f "$AGENT_SANDBOX_FAILED"
    ;;
esac
# A plan is for the stack that it was made with, whose salt its secrets have.
if [ "$status" -eq 0 ] && [[ $1 == pre* ]] && plan_named "$@"; then made=''; fi
if [ -n "$made" ]; then case $status$1 in 0up | 0update | 0import | 0watch) ;; *) unmake_stack ;; esac; fi
if [ "$status" -ne 0 ]; then
  if tell_unreadable "${files:+files}" && [ -n "$destroys" ]; then
    says "What the engine has of $client goes without the file, too: agentbox wipe $client"
  fi
  tell_foreign_salt
  tell_passphrase
fi
if [ -n "$absent" ] && [ -f "$file" ] && ! grep -qv '^encryptionsalt:' "$file"; then rm -f "$file"; fi
if [ "$status" -eq 0 ] && [ -n "$destroys" ]; then ask_engine --after-destroy; fi
exit "$status"
