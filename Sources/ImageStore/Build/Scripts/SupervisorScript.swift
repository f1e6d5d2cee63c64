/// The process between the daemon and a build: it gives the build its own namespaces and ends it for certain.
///
/// It reads the daemon's pipe. When the daemon dies, however it dies, the pipe ends; on that and on SIGTERM the first
/// process of the build's process namespace is killed. The kernel then kills every other process of the namespace, and
/// when the last is gone the mount namespace goes too, and with it every mount and every (auto-clearing) loop device.
///
/// Arguments: the log, the network namespace or nothing, the script, the script's arguments.
enum SupervisorScript {
    static let text = #"""
        set -u
        log=$1
        network=$2
        script=$3
        shift 3
        exec 4<&0 0</dev/null 3>&1 2>>"$log" 1>&2
        set -- unshare --mount --propagation private --mount-proc --pid --fork --kill-child \
            -- /bin/sh -eu -c "$script" skein-build "$@"
        [ -z "$network" ] || set -- nsenter "--net=$network" -- "$@"
        "$@" 4<&- &
        build=$!
        end() {
            # unshare's child is the first process of the namespace; unshare itself returns when all of it is gone.
            first=
            read -r first <"/proc/$build/task/$build/children" || :
            kill -KILL ${first:-$build}
        }
        trap 'end; wait "$build"; kill "$lifeline"; exit 143' TERM INT HUP
        (
            trap - TERM INT HUP
            exec 3>&-
            read -r line <&4
            kill -TERM $$
        ) &
        lifeline=$!
        exec 4<&-
        wait "$build"
        code=$?
        trap '' TERM INT HUP
        kill "$lifeline"
        exit "$code"
        """#
}
