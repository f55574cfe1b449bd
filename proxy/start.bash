# Starts the app as proxy/relay/process.ts does, before node is loaded; `_up/bootstrap` reads this under bash. What cannot
# be started here is left to the runtime, which says why. The runtime finds the app by UP_STARTED_APP: its port, and the
# descriptors of four pipes, of its watcher, its standard output, its standard error and its reports.
set +o posix
up_task=${LAMBDA_TASK_ROOT-${up_here%/*}}
# Sets up_argv, up_hook and up_background for the stage.
up_argv=()
up_hook=
up_background=
. "$up_here/apps.bash"

up_path=$up_task/node_modules/.bin:${PATH-/usr/local/bin:/usr/bin:/bin}:$up_task/bin

up_is_startable() {
  case ${up_argv[0]-} in
    '') return 1 ;;
    node) up_argv[0]=$up_node ;;
    /*) [ -x "${up_argv[0]}" ] ;;
    */*) [ -x "$up_task/${up_argv[0]}" ] ;;
    *) PATH=$up_path type -P -- "${up_argv[0]}" >/dev/null ;;
  esac
}

# One that nobody listens on, below those that the kernel gives to whoever asks for any (ip(7)).
up_choose_port() {
  local tries
  for ((tries = 0; tries < 20; tries++)); do
    up_port=$((10240 + RANDOM % 22528))
    { : <>"/dev/tcp/127.0.0.1/$up_port"; } 2>/dev/null || return 0
  done
  return 1
}

up_run_app() {
  unset AWS_LAMBDA_RUNTIME_API AWS_LAMBDA_EXEC_WRAPPER _HANDLER _LAMBDA_TELEMETRY_LOG_FD
  export PORT=$up_port UP_RUN=$up_mark PATH=$up_path UP_RESTARTS=0
  export UP_STAGE=${UP_STAGE-staging}
  export NODE_ENV=${NODE_ENV-$UP_STAGE}
  # Python keeps what an app prints until there are some kilobytes of it, and a freeze or an end comes first.
  export PYTHONUNBUFFERED=${PYTHONUNBUFFERED-1}
  if [ -n "$up_hook" ]; then
    export UP_HOOK_FD=3
    [ -z "$up_background" ] || export UP_HOOK_BACKGROUND=1
    # The hook gives NODE_OPTIONS back as it was.
    [ -z "${NODE_OPTIONS+set}" ] || export UP_NODE_OPTIONS=$NODE_OPTIONS
    local preload=${up_here//\\/\\\\}/preload.cjs
    export NODE_OPTIONS="${NODE_OPTIONS:+$NODE_OPTIONS }--require \"${preload//\"/\\\"}\""
  fi
  cd "$up_task" || exit
  # As the runtime will have it: `exec` counts down there, and not in a subshell.
  unset OLDPWD
  SHLVL=$((SHLVL - 1))
  # For writing only: an app that could read its own output would never see that its reader is gone.
  local reports=/dev/null
  [ -z "$up_hook" ] || reports=/proc/self/fd/9
  exec "${up_argv[@]}" </dev/null >/proc/self/fd/7 2>/proc/self/fd/8 3>"$reports" 6>&- 7>&- 8>&- 9>&-
}

# Node reaps no child that it has not started. So the app is the child of a shell that waits for it and says how it ended,
# 128 and more for a signal; nobody waits for that shell, whose parent has ended, but init.
up_watch_app() {
  # A process group of its own.
  set -m
  (up_run_app) &
  set +m
  local app=$! status
  exec </dev/null >/dev/null 2>&1 7>&- 8>&- 9>&-
  echo "$app" >&6
  # It returns as well when the app is stopped, as in a freeze.
  while
    wait "$app"
    status=$?
    kill -0 "$app"
  do :; done
  echo "$status" >&6
}

# A small text is handed over in a pipe (bash 5.1), which is emptied and opened again for both sides.
up_make_pipes() {
  local fd _
  exec 6<<<'' 7<<<'' 8<<<'' 9<<<''
  for fd in 6 7 8 9; do
    if ! [ -p "/proc/self/fd/$fd" ]; then
      exec 6<&- 7<&- 8<&- 9<&-
      return 1
    fi
    read -r -u "$fd" _
  done
  exec 6<>/proc/self/fd/6 7<>/proc/self/fd/7 8<>/proc/self/fd/8 9<>/proc/self/fd/9
}

if up_is_startable && up_choose_port && up_make_pipes; then
  up_mark="${AWS_LAMBDA_LOG_STREAM_NAME-${AWS_LAMBDA_RUNTIME_API-pid $$}}#$$.0"
  (up_watch_app &)
  export UP_STARTED_APP="$up_port 6 7 8 9"
fi
